import MartletGraph
import MartletOps

/// Means that leave images of a given size, as PyTorch's AdaptiveAvgPool2d.
public struct AdaptiveAveragePool2D: Layer {
    public static let kind = "adaptive_average_pool2d"
    public static let standard = AdaptiveAveragePool2D(1)
    public static var fields: [LayerField<Self>] { [LayerField("size", \.size, isRequired: true)] }
    public var preservesActivation: Bool { true }

    /// Rows and columns of the result.
    public var size: Size2D

    /// - Parameter size: rows and columns of the result.
    public init(_ size: Size2D) { self.size = size }

    public func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        _ = try context.image(inputs)
        return try context.graph.adaptiveAveragePool2D(inputs[0], size)
    }
}
