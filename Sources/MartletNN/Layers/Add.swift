import MartletGraph
import MartletOps

/// The sum of two or more inputs of one shape: the joint of a residual connection.
public struct Add: Layer {
    public static let kind = "add"

    public init() {}

    public func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        let shapes = Set(inputs.map { context.shape($0) })
        guard inputs.count >= 2, shapes.count == 1 else {
            throw ShapeError(
                "add layer", expected: "at least two inputs of one shape", found: inputs.map { context.graph.type(of: $0) })
        }
        var sum = inputs[0]
        for input in inputs.dropFirst() { sum = try context.graph.apply(.add, sum, input) }
        return sum
    }
}
