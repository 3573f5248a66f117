import MartletGraph
import MartletOps

/// Sets elements to zero with a probability in training and scales the others by 1 / (1 - probability), so that
/// inference needs nothing (inverted dropout, Srivastava et al. 2014). The mask is a function of seed, step and
/// element, and is made again in the backward pass rather than kept.
public struct Dropout: Layer {
    public static let kind = "dropout"
    public var probability: Float
    public var preservesActivation: Bool { true }

    public init(_ probability: Float) { self.probability = probability }

    public func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        guard inputs.count == 1, probability >= 0, probability < 1 else {
            throw ShapeError(
                "dropout layer of probability \(probability)", expected: "one input and a probability of at least 0 and below 1",
                found: inputs.map { context.graph.type(of: $0) })
        }
        // The stream is taken in either mode, so that the streams of other layers do not depend on it.
        let stream = context.randomStream()
        guard context.mode == .training, probability > 0 else { return inputs[0] }
        // The mask drops where 32 random bits are below the threshold.
        let threshold = UInt32((Double(probability) * 0x1p32).rounded())
        let scale = Float(1 / (1 - Double(probability)))
        return try context.graph.pointwise([inputs[0]]) { e in
            e.apply(.multiply, e.operand(0), e.dropout(stream: stream, threshold: threshold, scale: scale))
        }
    }
}
