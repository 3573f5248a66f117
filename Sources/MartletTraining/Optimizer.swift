import MartletCore
import MartletOps

/// An optimizer's rule with its settings.
public struct Optimizer: Hashable, Sendable {
    /// What a step does.
    public let rule: OptimizerRule
    /// The base rate, on which a schedule builds.
    public var learningRate: Double
    /// Added to the gradient times the weight, or where the rule is decoupled, shrinking the weight itself.
    public var weightDecay: Double
    /// By place, as `rule.settings` names them.
    public private(set) var settings: [Double]
    /// What is done to the gradients before.
    public var clipping = GradientClipping.none

    /// - Parameter learningRate: nil for the rule's usual one.
    public init(_ rule: OptimizerRule, learningRate: Double? = nil, weightDecay: Double = 0) {
        self.rule = rule
        self.learningRate = learningRate ?? rule.learningRate
        self.weightDecay = weightDecay
        settings = rule.settings.map(\.value)
    }

    /// By name, with its defaults.
    /// - Throws: `badOption` with the nearest name.
    public init(named name: String, learningRate: Double? = nil, weightDecay: Double = 0) throws(TrainingError) {
        guard let rule = OptimizerRule.named(name) else {
            throw .badOption(unknownName("optimizer", name, known: OptimizerRule.all.map(\.name)))
        }
        self.init(rule, learningRate: learningRate, weightDecay: weightDecay)
    }

    /// Plain gradient descent: p -= lr g.
    public static func sgd(learningRate: Double = 0.01, weightDecay: Double = 0) -> Optimizer {
        Optimizer(.sgd, learningRate: learningRate, weightDecay: weightDecay)
    }
    /// Gradient descent with a velocity, as PyTorch's SGD (Polyak 1964).
    public static func momentum(learningRate: Double = 0.01, momentum: Double = 0.9, weightDecay: Double = 0) -> Optimizer {
        var optimizer = Optimizer(.momentum, learningRate: learningRate, weightDecay: weightDecay)
        optimizer.settings[0] = momentum
        return optimizer
    }
    /// Kingma and Ba (2015), with beta1 0.9, beta2 0.999 and epsilon 1e-8.
    public static func adam(learningRate: Double = 1e-3, weightDecay: Double = 0) -> Optimizer {
        Optimizer(.adam, learningRate: learningRate, weightDecay: weightDecay)
    }

    /// Changes a setting of the rule.
    /// - Throws: `badOption` naming the settings there are.
    public mutating func set(_ name: String, _ value: Double) throws(TrainingError) {
        guard let place = rule.settings.firstIndex(where: { $0.name == name }) else {
            let known = rule.settings.map(\.name)
            let others = OptimizerRule.all.filter { $0.settings.contains { $0.name == name } }.map(\.name)
            throw .badOption(
                known.isEmpty
                    ? "the optimizer '\(rule.name)' has no settings beside its rates" + (others.isEmpty ? "" : "; '\(name)' is of \(others.joined(separator: ", "))")
                    : unknownName("setting of the optimizer '\(rule.name)'", name, known: known)
                        + (others.isEmpty ? "" : "; it is one of \(others.joined(separator: ", "))"))
        }
        settings[place] = value
    }

    /// The place of the setting that a momentum schedule moves: the momentum, or Adam's first beta. Nil where there is none, and
    /// for nadam and nadamw, which schedule it themselves.
    var momentumPlace: Int? {
        guard !rule.settings.contains(where: { $0.name == "momentum_decay" }) else { return nil }
        return rule.settings.firstIndex { $0.name == "momentum" } ?? rule.settings.firstIndex { $0.name == "beta1" }
    }

    /// Refuses what would only produce nonsense.
    func check() throws(TrainingError) {
        guard learningRate.isFinite, learningRate >= 0 else {
            throw .badOption("the learning rate must be a number of at least 0, not \(learningRate)")
        }
        guard weightDecay.isFinite, weightDecay >= 0 else {
            throw .badOption("the weight decay must be a number of at least 0, not \(weightDecay)")
        }
        for (limit, name) in [(clipping.norm, "norm"), (clipping.value, "value")] {
            guard let limit else { continue }
            guard limit.isFinite, limit > 0 else { throw .badOption("the \(name) to clip at must be greater than 0, not \(limit)") }
        }
        for (setting, value) in zip(rule.settings, settings) {
            guard setting.range.contains(value) else {
                throw .badOption("\(setting.name) must be \(setting.range), not \(value)")
            }
        }
    }
}
