import MartletGraph
import MartletOps

/// The mean of every channel over all places: images become rows of channels (Lin, Chen and Yan 2013).
public struct GlobalAveragePool2D: Layer {
    public static let kind = "global_average_pool2d"
    public static let standard = GlobalAveragePool2D()
    public var preservesActivation: Bool { true }

    /// One number is left of each channel.
    public init() {}

    public func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        _ = try context.image(inputs)
        return try context.graph.globalAveragePool2D(inputs[0])
    }
}
