import MartletCore
import MartletGraph
import MartletOps

/// How a parameter's first values are drawn.
///
/// fan_in and fan_out are the numbers of inputs and outputs that a weight connects. Values are a function of the seed,
/// the parameter's place in the graph and the element's index in the layout [in, out].
public enum Initialiser: Hashable, Sendable, Codable {
    case constant(Float)
    /// Normal with variance 2 / fan_in (He et al. 2015), for ReLU.
    case heNormal
    /// Uniform with variance 2 / (fan_in + fan_out) (Glorot and Bengio 2010), for tanh, sigmoid and outputs.
    case xavierUniform
    case xavierNormal
    case normal(deviation: Float)

    /// The textbook's choice for a layer that is followed by an activation (nil for none).
    public static func suited(to activation: String?) -> Initialiser {
        activation == "relu" ? .heNormal : .xavierUniform
    }

    /// The expression that draws an element.
    func expression(stream: UInt32, fanIn: Int, fanOut: Int) -> Expression {
        switch self {
        case .constant(let value): return Expression { $0.constant(value) }
        case .heNormal: return Self.normal((2 / Double(max(1, fanIn))).squareRoot(), stream)
        case .xavierNormal: return Self.normal((2 / Double(max(1, fanIn + fanOut))).squareRoot(), stream)
        case .normal(let deviation): return Self.normal(Double(deviation), stream)
        case .xavierUniform:
            // Half the width of a uniform distribution is sqrt(3) deviations.
            let bound = (6 / Double(max(1, fanIn + fanOut))).squareRoot()
            return Expression { e in
                e.apply(.multiplyAdd, e.uniform(stream: stream), e.constant(Float(2 * bound)), e.constant(Float(-bound)))
            }
        }
    }

    private static func normal(_ deviation: Double, _ stream: UInt32) -> Expression {
        Expression { e in e.apply(.multiply, e.normal(stream: stream), e.constant(Float(deviation))) }
    }
}
