import MartletGraph
import MartletOps

/// The greatest element under a moving window, per channel, as PyTorch's MaxPool2d. Of equal elements the first in
/// row-major order gets the gradient; padding never wins.
public struct MaxPool2D: Layer {
    public static let kind = "max_pool2d"
    public static let standard = MaxPool2D(1)
    public static var fields: [LayerField<Self>] {
        [
            LayerField("kernelSize", \.kernelSize, isRequired: true), LayerField("stride", \.stride),
            LayerField("padding", \.padding), LayerField("dilation", \.dilation), LayerField("ceilMode", \.ceilMode),
        ]
    }
    public var preservesActivation: Bool { true }

    /// Rows and columns of the window.
    public var kernelSize: Size2D
    /// Nil for that of the kernel.
    public var stride: Size2D?
    /// What stands around the image.
    public var padding: Padding2D
    /// From one element of the window to the next; 1 for neighbours.
    public var dilation: Size2D
    /// Whether the last window may run over the padding's end.
    public var ceilMode: Bool

    /// PyTorch's settings with its defaults; windows lie beside each other unless a stride says otherwise.
    public init(
        _ kernelSize: Size2D, stride: Size2D? = nil, padding: Padding2D = .valid, dilation: Size2D = 1, ceilMode: Bool = false
    ) {
        self.kernelSize = kernelSize
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.ceilMode = ceilMode
    }

    public func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        _ = try context.image(inputs)
        return try context.graph.maxPool2D(
            inputs[0], kernelSize, stride: stride, padding: padding, dilation: dilation, ceilMode: ceilMode)
    }
}
