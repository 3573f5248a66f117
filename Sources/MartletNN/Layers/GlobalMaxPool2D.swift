import MartletGraph
import MartletOps

/// The greatest element of every channel over all places: images become rows of channels. Of equal elements the first in
/// row-major order gets the gradient.
public struct GlobalMaxPool2D: Layer {
    public static let kind = "global_max_pool2d"
    public static let standard = GlobalMaxPool2D()
    public var preservesActivation: Bool { true }

    /// One number is left of each channel.
    public init() {}

    public func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        _ = try context.image(inputs)
        return try context.graph.globalMaxPool2D(inputs[0])
    }
}
