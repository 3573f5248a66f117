import MartletGraph
import MartletOps

/// Every sample as one row, in PyTorch's order: of images by channel, row, column.
///
/// Nothing moves: a `Linear` behind it reads images as they lie, and its weights say in files how.
public struct Flatten: Layer {
    public static let kind = "flatten"
    public static let standard = Flatten()
    public static let elementOrder = ElementOrder.asItIs
    public var preservesActivation: Bool { true }

    /// Axes behind the batch become one.
    public init() {}

    public func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        guard inputs.count == 1, context.shape(inputs[0]).rank >= 1 else { throw context.refusal("one input", inputs) }
        return try context.flatten(inputs[0])
    }
}
