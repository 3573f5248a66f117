import MartletCore
import MartletOps

extension Graph {
    /// How the labels of nodes begin that carry gradients.
    static let gradientScope = "gradient"

    /// Adds reverse-mode gradients of a scalar with respect to some values; nil for those it does not depend on.
    ///
    /// Gradients that meet at a value are added in the order of the nodes that use it.
    public mutating func gradients(of scalar: Value, for targets: [Value]) throws(ShapeError) -> [Value?] {
        guard type(of: scalar).elementCount == 1 else {
            throw ShapeError("gradients", expected: "one scalar to differentiate", found: [type(of: scalar)])
        }
        let forward = nodes
        var reached = Set(targets)
        for node in forward where node.operands.contains(where: reached.contains) { reached.formUnion(node.results) }

        var contributions: [Value: [Value]] = [:]
        let seed = type(of: scalar).shape
        scope = "seed"
        contributions[scalar] = [try pointwise(shape: seed) { $0.constant(1) }]

        for node in forward.reversed() where node.results.contains(where: reached.contains) {
            guard node.results.contains(where: { contributions[$0] != nil }) else { continue }
            scope = "\(Self.gradientScope) of \(node.label)"
            var upstream: [Value?] = []
            for result in node.results { upstream.append(try total(contributions[result])) }
            for (result, gradient) in zip(node.results, upstream) { contributions[result] = gradient.map { [$0] } }
            let gradients = try node.operation.gradient(
                operands: node.operands, results: node.results, upstream: upstream, in: &self)
            for (operand, gradient) in zip(node.operands, gradients).reversed() where reached.contains(operand) {
                if let gradient { contributions[operand, default: []].append(gradient) }
            }
        }
        var results: [Value?] = []
        for target in targets {
            scope = Self.gradientScope
            results.append(try total(contributions[target]))
        }
        scope = ""
        return results
    }

    /// The sum of contributions, which were collected from the last use to the first.
    private mutating func total(_ contributions: [Value]?) throws(ShapeError) -> Value? {
        guard let contributions else { return nil }
        var sum: Value?
        for contribution in contributions.reversed() {
            sum = if let sum { try apply(.add, sum, contribution) } else { contribution }
        }
        return sum
    }
}
