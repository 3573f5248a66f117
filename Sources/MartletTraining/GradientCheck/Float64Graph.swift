import MartletCore
import MartletGraph
import MartletOps

/// A graph evaluated node by node in Float64, by the operations' own formulas and without rounding anything in between.
struct Float64Graph {
    private let graph: Graph
    private let step: StepParameters
    private var values: [Value: OracleTensor] = [:]

    /// Evaluates everything. Dropout and augmentation are functions of the step's counters, which stay as they are.
    init(_ graph: Graph, leaves: [Value: [Double]], step: StepParameters) {
        self.graph = graph
        self.step = step
        var values = leaves.reduce(into: [Value: OracleTensor]()) { $0[$1.key] = OracleTensor(graph.type(of: $1.key), $1.value) }
        for node in graph.nodes { evaluate(node, node.operands.map { values[$0]! }, into: &values) }
        self.values = values
    }

    subscript(value: Value) -> [Double] { values[value]!.values }

    /// The nodes between a leaf and a value, in order: all that has to be done again when the leaf changes.
    func nodes(from leaf: Value, to target: Value) -> [Graph.Node] {
        var reached: Set<Value> = [leaf]
        for node in graph.nodes where node.operands.contains(where: reached.contains) { reached.formUnion(node.results) }
        var needed: Set<Value> = [target]
        var kept: [Graph.Node] = []
        for node in graph.nodes.reversed() where node.results.contains(where: needed.contains) {
            guard node.operands.contains(where: reached.contains) else { continue }
            needed.formUnion(node.operands)
            kept.append(node)
        }
        return kept.reversed()
    }

    /// A scalar after one element of a leaf has changed; nothing is kept.
    func value(of scalar: Value, changing leaf: Value, at index: Int, by difference: Double, through nodes: [Graph.Node]) -> Double {
        var changed: [Value: OracleTensor] = [leaf: values[leaf]!]
        changed[leaf]![index] += difference
        for node in nodes { evaluate(node, node.operands.map { changed[$0] ?? values[$0]! }, into: &changed) }
        return (changed[scalar] ?? values[scalar]!)[0]
    }

    private func evaluate(_ node: Graph.Node, _ operands: [OracleTensor], into values: inout [Value: OracleTensor]) {
        var results = node.results.map { value in
            let type = graph.type(of: value)
            return OracleTensor(type, Array(repeating: 0, count: type.elementCount))
        }
        node.operation.evaluate(operands, into: &results, step: step)
        for (value, result) in zip(node.results, results) { values[value] = result }
    }
}
