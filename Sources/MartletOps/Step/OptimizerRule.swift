/// A row of the table of optimizers. Its float32 formula is `martlet_update_<name>` of `Kernels/Shared/optimizer.h`,
/// which also lists what each scalar means; the formula here is the Float64 oracle.
public struct OptimizerRule: Sendable {
    /// As on the command line and in files.
    public let name: String
    /// The step in a line, as the documentation gives it: of a parameter p with gradient g, learning rate lr, iteration t.
    public let text: String
    /// Where it comes from; nil where it is everybody's.
    public let source: String?
    /// Arenas of the size of the parameters that the rule keeps, zero at the start.
    public let stateCount: Int
    /// The literature's usual first try.
    public let learningRate: Double
    /// Settings beside learning rate and weight decay, with their defaults.
    public let settings: [Setting]
    /// The scalars of a step from slot 2 on: a function of the iteration (from 1), the learning rate and the settings
    /// by place. Double arithmetic with +, -, *, / and square root alone is the same on every host.
    public let scalars: @Sendable (_ iteration: Int, _ rate: Double, _ settings: [Double]) -> [Double]
    /// The new parameter; changes the states.
    public let formula: Formula

    /// A number that a user may set.
    public struct Setting: Sendable {
        /// As on the command line.
        public let name: String
        /// The default.
        public let value: Double
        /// What a user may give.
        public let range: Range

        /// The numbers that make sense.
        public enum Range: Hashable, Sendable {
            /// At least 0 and below 1.
            case share
            /// From 0 to 1.
            case closedShare
            /// At least 0.
            case notNegative
        }
    }

    /// A step in Float64. The scales are those of the parameter's learning rate and weight decay.
    public typealias Formula =
        @Sendable (
            _ parameter: Double, _ gradient: Double, _ states: inout [Double], _ scalars: [Double],
            _ rateScale: Double, _ decayScale: Double
        ) -> Double

    /// The whole table, in the order of the documentation.
    public static let all: [OptimizerRule] = momentumFamily + adaptiveRateFamily + adamFamily

    /// A rule of the table; nil for an unknown name.
    public static func named(_ name: String) -> OptimizerRule? { all.first { $0.name == name } }
}

extension OptimizerRule: Hashable {
    public static func == (a: Self, b: Self) -> Bool { a.name == b.name }
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension OptimizerRule.Setting {
    static func share(_ name: String, _ value: Double) -> Self { .init(name: name, value: value, range: .share) }
    static func epsilon(_ value: Double) -> Self { .init(name: "epsilon", value: value, range: .notNegative) }
    static func notNegative(_ name: String, _ value: Double) -> Self { .init(name: name, value: value, range: .notNegative) }
}

extension OptimizerRule.Setting.Range: CustomStringConvertible {
    /// Whether a number is finite and in the range.
    public func contains(_ value: Double) -> Bool {
        guard value.isFinite, value >= 0 else { return false }
        return switch self {
        case .share: value < 1
        case .closedShare: value <= 1
        case .notNegative: true
        }
    }
    public var description: String {
        switch self {
        case .share: "at least 0 and below 1"
        case .closedShare: "from 0 to 1"
        case .notNegative: "at least 0"
        }
    }
}

/// The gradient with coupled weight decay, of the scalars s.
func decayed(_ gradient: Double, _ parameter: Double, _ s: [Double], _ decayScale: Double) -> Double {
    gradient + s[1] * decayScale * parameter
}

/// The parameter after decoupled weight decay.
func shrunk(_ parameter: Double, _ s: [Double], _ rateScale: Double, _ decayScale: Double) -> Double {
    parameter * (1 - s[0] * rateScale * s[1] * decayScale)
}

extension StepParameters {
    /// Sets the optimizer's scalars for an iteration (counted from 1).
    /// - Precondition: one value per setting of the rule.
    public mutating func setScalars(
        of rule: OptimizerRule, iteration: Int, rate: Double, weightDecay: Double, settings: [Double]
    ) {
        precondition(settings.count == rule.settings.count, "\(rule.name) takes \(rule.settings.count) settings")
        self[scalar: 0] = Float(rate)
        self[scalar: 1] = Float(weightDecay)
        for (place, value) in rule.scalars(iteration, rate, settings).enumerated() { self[scalar: 2 + place] = Float(value) }
    }
}
