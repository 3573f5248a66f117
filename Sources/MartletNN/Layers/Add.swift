import MartletGraph
import MartletOps

/// The sum of two or more inputs of one shape: the joint of a residual connection.
public struct Add: Layer {
    public static let kind = "add"
    public static let standard = Add()
    public static let elementOrder = ElementOrder.any
    public var preservesActivation: Bool { true }

    /// Called with the values to be added: `Add()(a, b)`.
    public init() {}

    public func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        guard inputs.count >= 2, Set(inputs.map { context.shape($0) }).count == 1 else {
            throw context.refusal("at least two inputs of one shape", inputs)
        }
        var sum = inputs[0]
        for input in inputs.dropFirst() { sum = try context.graph.apply(.add, sum, input) }
        return sum
    }
}
