import MartletGraph
import MartletOps

/// Batch x everything else.
public struct Flatten: Layer {
    public static let kind = "flatten"

    public init() {}

    public func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        let shape = inputs.first.map { context.shape($0) } ?? .scalar
        guard inputs.count == 1, shape.rank >= 1 else {
            throw ShapeError("flatten layer", expected: "one input", found: inputs.map { context.graph.type(of: $0) })
        }
        return try context.graph.reshape(inputs[0], [shape[0], shape.withoutFirst.elementCount])
    }
}
