import MartletGraph
import MartletOps

/// Sets elements to zero with a probability in training (Srivastava et al. 2014).
///
/// Inverted, as is usual, the others are scaled by 1 / (1 - probability) in training, so that inference needs nothing; in
/// the textbook's form they stay in training, and inference scales every element by 1 - probability. The mask is a
/// function of seed, step and element, and is made again in the backward pass rather than kept.
public struct Dropout: Layer {
    public static let kind = "dropout"
    public var probability: Float
    public var inverted: Bool
    public var preservesActivation: Bool { true }

    public init(_ probability: Float, inverted: Bool = true) {
        self.probability = probability
        self.inverted = inverted
    }

    public func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        guard inputs.count == 1, probability >= 0, probability < 1 else {
            throw ShapeError(
                "dropout layer of probability \(probability)", expected: "one input and a probability of at least 0 and below 1",
                found: inputs.map { context.graph.type(of: $0) })
        }
        // The stream is taken in either mode, so that the streams of other layers do not depend on it.
        let stream = context.randomStream()
        guard probability > 0 else { return inputs[0] }
        let kept = 1 - Double(probability)
        switch context.mode {
        case .training:
            // The mask drops where 32 random bits are below the threshold.
            let threshold = UInt32((Double(probability) * 0x1p32).rounded())
            let scale = Float(inverted ? 1 / kept : 1)
            return try context.graph.pointwise([inputs[0]]) { e in
                e.apply(.multiply, e.operand(0), e.dropout(stream: stream, threshold: threshold, scale: scale))
            }
        case .inference:
            guard !inverted else { return inputs[0] }
            return try context.graph.pointwise([inputs[0]]) { e in
                e.apply(.multiply, e.operand(0), e.constant(Float(kept)))
            }
        }
    }
}

/// In a description the textbook's form is the one that is named.
extension Dropout {
    private enum Key: String, CodingKey { case probability, inverted }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        probability = try container.decode(Float.self, forKey: .probability)
        inverted = try container.decodeIfPresent(Bool.self, forKey: .inverted) ?? true
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(probability, forKey: .probability)
        if !inverted { try container.encode(inverted, forKey: .inverted) }
    }
}
