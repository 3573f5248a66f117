import MartletGraph
import MartletOps

/// Sets whole channels of a sample to zero with a probability in training, as PyTorch's Dropout2d (Tompson et al. 2015).
///
/// The mask is a function of seed, step, sample in the batch and channel. Otherwise as `Dropout`.
public struct Dropout2D: Layer {
    public static let kind = "dropout2d"
    public static let standard = Dropout2D(0)
    public static var fields: [LayerField<Self>] {
        [LayerField("probability", \.probability, .properShare, isRequired: true), LayerField("inverted", \.inverted)]
    }
    public var preservesActivation: Bool { true }

    /// Of a channel to be dropped: at least 0, below 1.
    public var probability: Float
    /// Whether training scales what is left, rather than inference everything.
    public var inverted: Bool

    /// - Parameter probability: at least 0 and below 1, which is checked when the model is made.
    public init(_ probability: Float, inverted: Bool = true) {
        self.probability = probability
        self.inverted = inverted
    }

    public func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        let image = try context.image(inputs)
        return try context.drop(
            probability, isInverted: inverted, inputs[0], maskShape: [image.batch, 1, 1, image.channels])
    }
}
