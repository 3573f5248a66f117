import MartletCore
import MartletGraph
import MartletOps

/// y = x W + b. Weights lie [in, out] on the device and [out, in] in files, as in PyTorch's Linear.
/// An input of more than two axes is flattened to batch x features.
public struct Linear: Layer {
    public static let kind = "linear"
    public var units: Int
    /// Left out before a batchNorm, whose mean would take it away again.
    public var bias: Bool
    /// Nil for the one suited to the following activation.
    public var initialiser: Initialiser?

    public init(_ units: Int, bias: Bool = true, initialiser: Initialiser? = nil) {
        self.units = units
        self.bias = bias
        self.initialiser = initialiser
    }

    public func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        let shape = inputs.first.map { context.shape($0) } ?? .scalar
        guard inputs.count == 1, shape.rank >= 2, units > 0 else {
            throw ShapeError(
                "linear layer of \(units) units", expected: "at least one unit and one input of batch x features",
                found: inputs.map { context.graph.type(of: $0) })
        }
        let features = shape.withoutFirst.elementCount
        let weightShape: Shape = [features, units]
        guard weightShape.checkedElementCount != nil else {
            throw ShapeError(
                "linear layer of \(units) units", expected: "weights of fewer than 2^31 elements, not \(weightShape)",
                found: inputs.map { context.graph.type(of: $0) })
        }
        let x = try context.graph.reshape(inputs[0], [shape[0], features])
        let weight = context.parameter(
            "weight", weightShape, initialiser ?? .suited(to: context.followingActivation),
            fanIn: features, fanOut: units, decays: true, fileLayout: .transposed)
        let product = try context.graph.matmul(x, weight)
        guard bias else { return product }
        return try context.graph.apply(.add, product, context.parameter("bias", [units], .constant(0)))
    }
}
