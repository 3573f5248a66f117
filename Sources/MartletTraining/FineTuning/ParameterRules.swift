import MartletCore
import MartletNN

/// How the optimizer treats parameters by their names: which it leaves as they are, for how long, and which it changes
/// more slowly than others.
public struct ParameterRules: Hashable, Sendable, Codable {
    /// Tensors that stay as they are. A frozen parameter costs neither its gradient nor its update; a batchNorm whose
    /// running statistics are frozen normalises by them, in training too.
    public var frozen: [NamePattern] = []
    /// Tensors that are frozen no longer from an epoch on, counted from 1.
    public var unfrozen: [Thaw] = []
    /// Factors of the learning rate; where several match, the last one counts.
    public var rateScales: [RateScale] = []

    public struct Thaw: Hashable, Sendable, Codable {
        public var pattern: NamePattern
        public var epoch: Int
        public init(_ pattern: NamePattern, epoch: Int) { (self.pattern, self.epoch) = (pattern, epoch) }
    }
    public struct RateScale: Hashable, Sendable, Codable {
        public var pattern: NamePattern
        public var factor: Float
        public init(_ pattern: NamePattern, _ factor: Float) { (self.pattern, self.factor) = (pattern, factor) }
    }

    public init() {}
    public static let none = ParameterRules()

    /// Names of the parameters and running statistics that an epoch (from 1) leaves as they are.
    package func frozenNames(of model: Model, epoch: Int) -> Set<String> {
        Set(model.variables.map(\.name).filter { name in
            frozen.contains { $0.matches(name) } && !unfrozen.contains { $0.epoch <= epoch && $0.pattern.matches(name) }
        })
    }

    /// Whether an epoch (from 1) freezes other tensors than the one before.
    func changes(at epoch: Int) -> Bool { unfrozen.contains { $0.epoch == epoch } }

    /// What an epoch does with the learning rate and the decay of each parameter, in graph order; a rate of 0 freezes.
    func scales(of model: Model, epoch: Int, decaysAll: Bool) -> [(rate: Float, decay: Float)] {
        let frozen = frozenNames(of: model, epoch: epoch)
        return model.variables.filter(\.isTrainable).map { variable in
            let factor = rateScales.last { $0.pattern.matches(variable.name) }?.factor ?? 1
            return (frozen.contains(variable.name) ? 0 : factor, variable.decays || decaysAll ? 1 : 0)
        }
    }

    /// - Throws: `badOption` for a pattern that matches nothing, with the names that there are; a factor that is no number
    ///   above 0; an unfreezing of what is not frozen; and where nothing is left to train in some epoch.
    public func check(_ model: Model) throws(TrainingError) {
        let names = model.variables.map(\.name)
        let parameters = model.variables.filter(\.isTrainable).map(\.name)
        for pattern in frozen { try pattern.requireMatch("--freeze", "tensor of the model", in: names) }
        for scale in rateScales {
            try scale.pattern.requireMatch("--lr-scale", "parameter of the model", in: parameters)
            guard scale.factor.isFinite, scale.factor > 0 else {
                throw .badOption("--lr-scale '\(scale.pattern)' takes a factor greater than 0, not \(scale.factor); --freeze '\(scale.pattern)' keeps tensors as they are")
            }
        }
        for thaw in unfrozen {
            try thaw.pattern.requireMatch("--unfreeze", "tensor of the model", in: names)
            guard thaw.epoch > 1 else {
                throw .badOption("--unfreeze '\(thaw.pattern)@\(thaw.epoch)' takes an epoch after the first; what is to be trained from the start is not frozen")
            }
            guard names.contains(where: { name in thaw.pattern.matches(name) && frozen.contains { $0.matches(name) } }) else {
                throw .badOption("--unfreeze '\(thaw.pattern)@\(thaw.epoch)' matches nothing that --freeze keeps; frozen: \(frozen.isEmpty ? "nothing" : frozen.map(\.text).joined(separator: ", "))")
            }
        }
        guard frozen.isEmpty || scales(of: model, epoch: 1, decaysAll: false).contains(where: { $0.rate > 0 }) else {
            throw .badOption("--freeze \(frozen.map { "'\($0)'" }.joined(separator: " ")) leaves nothing to train in the first epoch; parameters: \(parameters.joined(separator: ", "))")
        }
    }
}

extension NamePattern {
    /// - Throws: `badOption` where no name matches, with the names that there are.
    func requireMatch(_ option: String, _ kind: String, in names: [String]) throws(TrainingError) {
        guard !names.contains(where: matches) else { return }
        throw .badOption("\(option): no \(kind) matches '\(self)'. There are: \(names.joined(separator: ", "))")
    }
}

extension ParameterRules: CustomStringConvertible {
    public var description: String {
        let parts = frozen.map { "freeze '\($0)'" } + unfrozen.map { "unfreeze '\($0.pattern)@\($0.epoch)'" }
            + rateScales.map { "lr-scale '\($0.pattern)=\($0.factor)'" }
        return parts.isEmpty ? "none" : parts.joined(separator: ", ")
    }
}
