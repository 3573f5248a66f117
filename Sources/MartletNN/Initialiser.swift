import MartletCore
import MartletGraph
import MartletOps

/// How a parameter's first values are drawn.
///
/// fan_in and fan_out are the numbers of inputs and outputs that a weight connects (times the taps of a convolution's
/// kernel). Values are a function of the seed, the parameter's place in the graph and the element's index in the layout
/// [in, out].
public enum Initialiser: Hashable, Sendable {
    /// Every element the same.
    case constant(Float)
    /// Normal with mean 0 and that standard deviation.
    case normal(deviation: Float)
    /// Between -bound and bound.
    case uniform(bound: Float)
    /// With the variance gain^2 / fan: what a layer needs that is to keep the size of its signal.
    case scaled(gain: Double, fan: Fan, distribution: Distribution)

    /// What the variance is divided by.
    public enum Fan: String, Hashable, Sendable, Codable {
        /// fan_in: keeps the size of the signal on the way forward.
        case input = "fan_in"
        /// fan_out: keeps the size of the gradients on the way back.
        case output = "fan_out"
        /// (fan_in + fan_out) / 2
        case average
    }
    /// What numbers of a given variance are drawn from; the mean is 0.
    public enum Distribution: String, Hashable, Sendable, Codable {
        /// Between -sqrt(3 variance) and sqrt(3 variance).
        case uniform
        /// Without bounds.
        case normal
    }

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

    /// What no weights can be drawn with; nil where nothing is wrong.
    var problem: String? {
        func unless(_ isSound: Bool, _ words: String) -> String? { isSound ? nil : words }
        return switch self {
        case .constant(let value): unless(value.isFinite, "a constant of \(value)")
        case .normal(let deviation): unless(deviation >= 0 && deviation.isFinite, "a deviation of \(deviation)")
        case .uniform(let bound): unless(bound >= 0 && bound.isFinite, "a bound of \(bound)")
        case .scaled(let gain, _, _): unless(gain >= 0 && gain.isFinite, "a gain of \(gain)")
        }
    }

    /// The expression by itself, to be drawn outside a model.
    public func expression(parameter: Int, fanIn: Int, fanOut: Int) -> Expression {
        expression(stream: Streams.initialisers + UInt32(parameter), fanIn: fanIn, fanOut: fanOut)
    }
}

/// In a description an initialiser of the literature has its name: `"he_normal"`.
extension Initialiser: Codable {
    private enum Case: String, CodingKey { case constant, normal, uniform, scaled }
    private struct Scaled: Codable {
        var gain: Double
        var fan: Fan
        var distribution: Distribution
    }

    public init(from decoder: any Decoder) throws {
        if let name = try? decoder.singleValueContainer().decode(String.self) {
            guard let known = Self.named.first(where: { $0.name == name }) else {
                throw DecodingError.dataCorrupted(.init(
                    codingPath: decoder.codingPath,
                    debugDescription: unknownName("initialiser", name, known: Self.named.map(\.name))))
            }
            self = known.initialiser
            return
        }
        let container = try decoder.container(keyedBy: Case.self)
        let isOne = try decoder.container(keyedBy: FieldName.self).allKeys.count == 1
        switch isOne ? container.allKeys.first : nil {
        case .constant: self = .constant(try container.decode(Float.self, forKey: .constant))
        case .normal: self = .normal(deviation: try container.decode(Float.self, forKey: .normal))
        case .uniform: self = .uniform(bound: try container.decode(Float.self, forKey: .uniform))
        case .scaled:
            let value = try container.decode(Scaled.self, forKey: .scaled)
            self = .scaled(gain: value.gain, fan: value.fan, distribution: value.distribution)
        case nil:
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "expected \(Self.form)"))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        if let known = Self.named.first(where: { $0.initialiser == self }) {
            var container = encoder.singleValueContainer()
            try container.encode(known.name)
            return
        }
        var container = encoder.container(keyedBy: Case.self)
        switch self {
        case .constant(let value): try container.encode(value, forKey: .constant)
        case .normal(let deviation): try container.encode(deviation, forKey: .normal)
        case .uniform(let bound): try container.encode(bound, forKey: .uniform)
        case .scaled(let gain, let fan, let distribution):
            try container.encode(Scaled(gain: gain, fan: fan, distribution: distribution), forKey: .scaled)
        }
    }
}
