import MartletCore
import MartletGraph
import MartletOps

/// Normalisation over the last axes of every sample (Ba, Kiros and Hinton 2016), as in PyTorch's LayerNorm: biased
/// variance, and a weight and a bias of the shape of those axes.
public struct LayerNorm: Layer {
    public static let kind = "layer_norm"
    /// How many of the last axes; the batch is none of them.
    public var axes: Int
    public var epsilon: Float
    /// Whether there are weight and bias.
    public var affine: Bool
    public var preservesActivation: Bool { true }

    public init(axes: Int = 1, epsilon: Float = 1e-5, affine: Bool = true) {
        self.axes = axes
        self.epsilon = epsilon
        self.affine = affine
    }

    public func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        guard inputs.count == 1, axes > 0, context.shape(inputs[0]).rank > axes else {
            throw ShapeError(
                "layerNorm layer over \(axes) axes", expected: "one input of batch and at least as many axes",
                found: inputs.map { context.graph.type(of: $0) })
        }
        let normalised = Shape(Array(context.shape(inputs[0]).extents.suffix(axes)))
        let parameters = affine
            ? [context.parameter("weight", normalised, .constant(1)), context.parameter("bias", normalised, .constant(0))] : []
        return try context.graph.apply(MartletOps.LayerNorm(axes: axes, epsilon: epsilon), inputs + parameters)[0]
    }
}
