import MartletCore
import MartletGraph
import MartletOps

/// How a parameter's first values are drawn.
///
/// fan_in and fan_out are the numbers of inputs and outputs that a weight connects (times the taps of a convolution's
/// kernel). Values are a function of the seed, the parameter's place in the graph and the element's index in the layout
/// [in, out].
public enum Initialiser: Hashable, Sendable, Codable {
    case constant(Float)
    case normal(deviation: Float)
    /// Between -bound and bound.
    case uniform(bound: Float)
    /// With the variance gain^2 / fan: what a layer needs that is to keep the size of its signal.
    case scaled(gain: Double, fan: Fan, distribution: Distribution)

    public enum Fan: String, Hashable, Sendable, Codable {
        case input = "fan_in"
        case output = "fan_out"
        /// (fan_in + fan_out) / 2
        case average
    }
    public enum Distribution: String, Hashable, Sendable, Codable { case uniform, normal }

    /// The expression that draws an element.
    func expression(stream: UInt32, fanIn: Int, fanOut: Int) -> Expression {
        switch self {
        case .constant(let value): return Expression { $0.constant(value) }
        case .normal(let deviation): return Self.normal(Double(deviation), stream)
        case .uniform(let bound): return Self.uniform(Double(bound), stream)
        case .scaled(let gain, let fan, let distribution):
            let inputs: Double =
                switch fan {
                case .input: Double(fanIn)
                case .output: Double(fanOut)
                case .average: Double(fanIn + fanOut) / 2
                }
            let variance = gain * gain / max(1, inputs)
            return switch distribution {
            case .normal: Self.normal(variance.squareRoot(), stream)
            // Half the width of a uniform distribution is sqrt(3) deviations.
            case .uniform: Self.uniform((3 * variance).squareRoot(), stream)
            }
        }
    }

    private static func normal(_ deviation: Double, _ stream: UInt32) -> Expression {
        Expression { e in e.apply(.multiply, e.normal(stream: stream), e.constant(Float(deviation))) }
    }
    private static func uniform(_ bound: Double, _ stream: UInt32) -> Expression {
        Expression { e in
            e.apply(.multiplyAdd, e.uniform(stream: stream), e.constant(Float(2 * bound)), e.constant(Float(-bound)))
        }
    }

    /// The expression by itself, to be drawn outside a model.
    public func expression(parameter: Int, fanIn: Int, fanOut: Int) -> Expression {
        expression(stream: Streams.initialisers + UInt32(parameter), fanIn: fanIn, fanOut: fanOut)
    }
}
