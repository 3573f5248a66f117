import MartletCore
import MartletGraph
import MartletOps

/// Normalisation over the last axes of every sample (Ba, Kiros and Hinton 2016), as in PyTorch's LayerNorm: biased
/// variance, and a weight and a bias of the shape of those axes; of images these are channels, rows and columns.
public struct LayerNorm: Layer {
    public static let kind = "layer_norm"
    public static let standard = LayerNorm()
    public static var fields: [LayerField<Self>] {
        [LayerField("axes", \.axes), LayerField("epsilon", \.epsilon, .notNegative), LayerField("affine", \.affine)]
    }
    /// How many of the last axes; the batch is none of them.
    public var axes: Int
    /// Added to the variance.
    public var epsilon: Float
    /// Whether there are weight and bias.
    public var affine: Bool
    public var preservesActivation: Bool { true }

    /// PyTorch's defaults, over the last axis alone.
    public init(axes: Int = 1, epsilon: Float = 1e-5, affine: Bool = true) {
        self.axes = axes
        self.epsilon = epsilon
        self.affine = affine
    }

    public func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        guard inputs.count == 1, axes > 0, context.shape(inputs[0]).rank > axes else {
            throw context.refusal("one input of at least \(axes) axes, and at least one axis", inputs)
        }
        let isImage = context.isImage(inputs[0])
        let x = try context.inOrderOfFiles(inputs[0])
        let normalised = Shape(Array(context.shape(x).extents.suffix(axes)))
        let parameters = affine
            ? [context.parameter("weight", normalised, .constant(1)), context.parameter("bias", normalised, .constant(0))] : []
        let y = try context.graph.apply(MartletOps.LayerNorm(axes: axes, epsilon: epsilon), [x] + parameters)[0]
        return isImage ? try context.graph.channelsLast(y) : y
    }
}
