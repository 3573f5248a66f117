import MartletCore
import MartletGraph
import MartletOps

/// Sets elements to zero with a probability in training (Srivastava et al. 2014).
///
/// Inverted, as is usual, the others are scaled by 1 / (1 - probability) in training, so that inference needs nothing; in
/// the textbook's form they stay in training, and inference scales every element by 1 - probability. The mask is a
/// function of seed, step and element, and is made again in the backward pass rather than kept.
public struct Dropout: Layer {
    public static let kind = "dropout"
    public static let standard = Dropout(0)
    public static var fields: [LayerField<Self>] {
        [LayerField("probability", \.probability, .properShare, isRequired: true), LayerField("inverted", \.inverted)]
    }
    public static let elementOrder = ElementOrder.any
    /// Of an element to be dropped: at least 0, below 1.
    public var probability: Float
    /// Whether training scales what is left, rather than inference everything.
    public var inverted: Bool
    public var preservesActivation: Bool { true }

    /// - Parameter probability: at least 0 and below 1, which is checked when the model is made.
    public init(_ probability: Float, inverted: Bool = true) {
        self.probability = probability
        self.inverted = inverted
    }

    public func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        guard inputs.count == 1 else { throw context.refusal("one input", inputs) }
        return try context.drop(probability, isInverted: inverted, inputs[0], maskShape: context.shape(inputs[0]))
    }
}

extension LayerContext {
    /// Multiplies by a mask that broadcasts to the value: 0 with the probability, a function of seed, step and element.
    mutating func drop(
        _ probability: Float, isInverted: Bool, _ value: Value, maskShape: Shape
    ) throws(ShapeError) -> Value {
        // The stream is taken in either mode, so that the streams of other layers do not depend on it.
        let stream = randomStream()
        guard probability >= 0, probability < 1 else {
            throw refusal("a probability of at least 0 and below 1", found: "\(probability)")
        }
        guard probability > 0 else { return value }
        let kept = 1 - Double(probability)
        switch mode {
        case .training:
            // The mask drops where 32 random bits are below the threshold.
            let threshold = UInt32((Double(probability) * 0x1p32).rounded())
            let scale = Float(isInverted ? 1 / kept : 1)
            if maskShape == shape(value) {
                return try graph.pointwise([value]) { e in
                    e.apply(.multiply, e.operand(0), e.dropout(stream: stream, threshold: threshold, scale: scale))
                }
            }
            let mask = try graph.pointwise(shape: maskShape) { e in e.dropout(stream: stream, threshold: threshold, scale: scale) }
            return try graph.apply(.multiply, value, mask)
        case .inference:
            guard !isInverted else { return value }
            return try graph.pointwise([value]) { e in e.apply(.multiply, e.operand(0), e.constant(Float(kept))) }
        }
    }
}
