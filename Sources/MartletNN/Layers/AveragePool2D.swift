import MartletGraph
import MartletOps

/// The mean under a moving window, per channel, as PyTorch's AvgPool2d.
public struct AveragePool2D: Layer {
    public static let kind = "average_pool2d"
    public static let standard = AveragePool2D(1)
    public static var fields: [LayerField<Self>] {
        [
            LayerField("kernelSize", \.kernelSize, isRequired: true), LayerField("stride", \.stride),
            LayerField("padding", \.padding), LayerField("ceilMode", \.ceilMode), LayerField("countsPadding", \.countsPadding),
        ]
    }
    public var preservesActivation: Bool { true }

    /// Rows and columns of the window.
    public var kernelSize: Size2D
    /// Nil for that of the kernel.
    public var stride: Size2D?
    /// What stands around the image.
    public var padding: Padding2D
    /// Whether the last window may run over the padding's end.
    public var ceilMode: Bool
    /// Whether padding counts as elements of value 0.
    public var countsPadding: Bool

    /// PyTorch's settings with its defaults; windows lie beside each other unless a stride says otherwise.
    public init(
        _ kernelSize: Size2D, stride: Size2D? = nil, padding: Padding2D = .valid, ceilMode: Bool = false,
        countsPadding: Bool = true
    ) {
        self.kernelSize = kernelSize
        self.stride = stride
        self.padding = padding
        self.ceilMode = ceilMode
        self.countsPadding = countsPadding
    }

    public func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        _ = try context.image(inputs)
        return try context.graph.averagePool2D(
            inputs[0], kernelSize, stride: stride, padding: padding, ceilMode: ceilMode, countsPadding: countsPadding)
    }
}
