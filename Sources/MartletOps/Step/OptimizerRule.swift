/// A row of the table of optimizers. Its float32 formula is `martlet_update_<name>` of `Kernels/Shared/optimizer.h`,
/// which also lists what each scalar means; the formula here is the Float64 oracle.
public struct OptimizerRule: Sendable {
    public let name: String
    /// Arenas of the size of the parameters that the rule keeps, zero at the start.
    public let stateCount: Int
    /// Settings beside learning rate and weight decay, with their defaults.
    public let settings: [(name: String, value: Double)]
    /// The scalars of a step from slot 2 on: a function of the iteration (from 1), the learning rate and the settings
    /// by place. Double arithmetic with +, -, *, / and square root alone is the same on every host.
    public let scalars: @Sendable (_ iteration: Int, _ rate: Double, _ settings: [Double]) -> [Double]
    /// The new parameter; changes the states.
    public let formula: Formula

    public typealias Formula =
        @Sendable (
            _ parameter: Double, _ gradient: Double, _ states: inout [Double], _ scalars: [Double],
            _ rateScale: Double, _ decayScale: Double
        ) -> Double

    public static let all: [OptimizerRule] = [sgd, momentum, adam, adamW]

    public static func named(_ name: String) -> OptimizerRule? { all.first { $0.name == name } }
}

extension OptimizerRule: Hashable {
    public static func == (a: Self, b: Self) -> Bool { a.name == b.name }
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension OptimizerRule {
    /// p -= lr g
    public static let sgd = OptimizerRule(
        name: "sgd", stateCount: 0, settings: [], scalars: { _, _, _ in [] },
        formula: { p, g, _, s, rateScale, decayScale in
            p - s[0] * rateScale * (g + s[1] * decayScale * p)
        })

    /// buffer = mu buffer + (1 - dampening) g, undamped in the first step; p -= lr buffer
    public static let momentum = OptimizerRule(
        name: "momentum", stateCount: 1, settings: [("momentum", 0.9), ("dampening", 0)],
        scalars: { iteration, _, settings in [settings[0], iteration == 1 ? 1 : 1 - settings[1]] },
        formula: { p, g, states, s, rateScale, decayScale in
            states[0] = s[2] * states[0] + s[3] * (g + s[1] * decayScale * p)
            return p - s[0] * rateScale * states[0]
        })

    /// Kingma and Ba 2015; weight decay is added to the gradient.
    public static let adam = OptimizerRule(
        name: "adam", stateCount: 2, settings: adamSettings, scalars: adamScalars,
        formula: { p, g, states, s, rateScale, decayScale in
            adamStep(p, g + s[1] * decayScale * p, &states, s, rateScale)
        })

    /// Loshchilov and Hutter 2019; weight decay shrinks the parameter itself.
    public static let adamW = OptimizerRule(
        name: "adamw", stateCount: 2, settings: adamSettings, scalars: adamScalars,
        formula: { p, g, states, s, rateScale, decayScale in
            adamStep(p * (1 - s[0] * rateScale * s[1] * decayScale), g, &states, s, rateScale)
        })

    private static let adamSettings: [(name: String, value: Double)] = [("beta1", 0.9), ("beta2", 0.999), ("epsilon", 1e-8)]

    /// beta1, 1 - beta1, beta2, 1 - beta2, epsilon, 1 / (1 - beta1^t), 1 / sqrt(1 - beta2^t)
    private static let adamScalars: @Sendable (Int, Double, [Double]) -> [Double] = { iteration, _, settings in
        let (beta1, beta2) = (settings[0], settings[1])
        return [
            beta1, 1 - beta1, beta2, 1 - beta2, settings[2], 1 / (1 - power(beta1, iteration)),
            1 / (1 - power(beta2, iteration)).squareRoot(),
        ]
    }

    private static func adamStep(
        _ p: Double, _ g: Double, _ states: inout [Double], _ s: [Double], _ rateScale: Double
    ) -> Double {
        states[0] = s[2] * states[0] + s[3] * g
        states[1] = s[4] * states[1] + s[5] * g * g
        return p - s[0] * rateScale * s[7] * states[0] / (states[1].squareRoot() * s[8] + s[6])
    }
}

/// A power by repeated squaring, the same on every host.
func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
        if rest & 1 == 1 { result *= square }
        square *= square
        rest >>= 1
    }
    return result
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
