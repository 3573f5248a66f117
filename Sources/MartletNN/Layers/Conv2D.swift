import MartletCore
import MartletGraph
import MartletOps

/// A convolution over images, as PyTorch's Conv2d: cross-correlation with `channels` filters.
///
/// Weights lie [row, column, in, out] on the device and [out, in / groups, row, column] in files. As many groups as input
/// channels make it depthwise.
public struct Conv2D: Layer {
    public static let kind = "conv2d"
    public static let standard = Conv2D(1, kernelSize: 1)
    public static var fields: [LayerField<Self>] {
        [
            LayerField("channels", \.channels, isRequired: true), LayerField("kernelSize", \.kernelSize, isRequired: true),
            LayerField("stride", \.stride), LayerField("padding", \.padding), LayerField("dilation", \.dilation),
            LayerField("groups", \.groups), LayerField("bias", \.bias), LayerField("initialiser", \.initialiser, .sound),
        ]
    }

    /// Of the result.
    public var channels: Int
    /// Rows and columns of a filter.
    public var kernelSize: Size2D
    /// From one place of the filter to the next.
    public var stride: Size2D
    /// What stands around the image.
    public var padding: Padding2D
    /// From one tap of a filter to the next; 1 for neighbours.
    public var dilation: Size2D
    /// Divides the channels of the image and of the result: each part reads only its own.
    public var groups: Int
    /// Left out before a batchNorm, whose mean would take it away again.
    public var bias: Bool
    /// Nil for the one suited to the following activation.
    public var initialiser: Initialiser?

    /// - Parameter channels: how many filters, and so channels of the result.
    public init(
        _ channels: Int, kernelSize: Size2D, stride: Size2D = 1, padding: Padding2D = .valid, dilation: Size2D = 1,
        groups: Int = 1, bias: Bool = true, initialiser: Initialiser? = nil
    ) {
        self.channels = channels
        self.kernelSize = kernelSize
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.groups = groups
        self.bias = bias
        self.initialiser = initialiser
    }

    public func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        let image = try context.image(inputs)
        guard channels > 0, groups > 0, image.channels % groups == 0, channels % groups == 0 else {
            throw context.refusal(
                "groups that divide the channels: \(groups) groups, \(image.channels) channels in and \(channels) out", inputs)
        }
        let shape: Shape = [kernelSize.height, kernelSize.width, image.channels / groups, channels]
        guard shape.checkedElementCount != nil else {
            throw context.refusal("a kernel of at least 1x1 and weights of fewer than 2^31 elements, not \(shape)", inputs)
        }
        let taps = kernelSize.height * kernelSize.width
        let weight = context.parameter(
            "weight", shape, initialiser ?? .suited(to: context.followingActivation), fanIn: taps * shape[2],
            fanOut: taps * channels, decays: true, fileLayout: .kernel(shape))
        let offset = bias ? context.parameter("bias", [channels], .constant(0)) : nil
        return try context.graph.conv2D(
            inputs[0], weight, bias: offset, stride: stride, padding: padding, dilation: dilation, groups: groups)
    }
}
