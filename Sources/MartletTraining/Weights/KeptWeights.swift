import MartletBackend
import MartletCore
import MartletData
import MartletNN
import MartletOps

/// The sets of weights that a run keeps beside those that it trains.
enum WeightSet: String, CaseIterable {
    case average, best

    /// Of a tensor of this set in a checkpoint.
    func name(of variable: String) -> String { "martlet.\(rawValue).\(variable)" }
    func isKept(by options: FitOptions) -> Bool { self == .average ? options.averaging != nil : options.keepsBest != nil }
    fileprivate var purpose: String { self == .average ? "the averaged weights" : "the best weights" }
}

/// Averages, and the best weights so far, as a run goes on.
final class KeptWeights {
    private let owner: CompiledModel
    private let averaging: WeightAveraging?
    private let monitor: Monitor?
    private let average: WeightCopy?
    private let best: WeightCopy?
    private let averageStep: (any Executable)?
    private let takesBestOfAverage: Bool
    private let bestOfAverage: (any Executable)?

    init(_ owner: CompiledModel, _ options: FitOptions, from point: TrainingPoint) throws(TrainingError) {
        self.owner = owner
        averaging = options.averaging
        monitor = options.keepsBest
        let isNew = point.iterations == 0
        average = try options.averaging.map { (_) throws(TrainingError) in try owner.weightCopy(.average, isNew: isNew) }
        best = try options.keepsBest.map { (_) throws(TrainingError) in try owner.weightCopy(.best, isNew: isNew) }
        takesBestOfAverage = if case .exponential = options.averaging { true } else { false }
        let (average, averaging, best, isMeasured) = (average, averaging, best, takesBestOfAverage)
        bestOfAverage = try wrap { () throws(DeviceError) in
            guard let average, let best, isMeasured else { return nil }
            return try best.taking(average)
        }
        averageStep = try wrap { () throws(DeviceError) in
            guard let average, let averaging else { return nil }
            switch averaging {
            case .exponential(let decay):
                // fma(1 - decay, weights - average, average)
                let share = Float(1 - decay)
                return try average.mixing(Expression { e in
                    e.apply(.multiplyAdd, e.constant(share), e.apply(.subtract, e.operand(1), e.operand(0)), e.operand(0))
                })
            case .stochastic:
                if isNew { try average.setToZero() }
                return try average.mixing(Expression(.add))
            }
        }
    }

    /// The weights that an epoch is measured with, where they are not the session's.
    var measured: [Region: any Buffer] { takesBestOfAverage ? average?.regions ?? [:] : [:] }

    /// After every step of the optimizer.
    func stepped() throws(DeviceError) {
        if takesBestOfAverage { try averageStep?.run(StepParameters()) }
    }

    /// After every epoch, when it has been measured.
    func finished(_ epoch: History.Epoch, _ point: inout TrainingPoint) throws(DeviceError) {
        if case .stochastic(let first) = averaging, epoch.epoch >= first {
            try averageStep?.run(StepParameters())
            point.averaged = (point.averaged ?? 0) + 1
        }
        guard let best, let monitor, let value = epoch.validation.flatMap(monitor.value),
            Improvement(of: monitor).isBetter(value, than: point.best?.value)
        else { return }
        point.best = TrainingPoint.Best(epoch: epoch.epoch, value: value)
        if let bestOfAverage { try bestOfAverage.run(StepParameters()) } else { try best.take() }
    }

    /// Gives the model the weights that the run was for.
    /// - Returns: what they are; nil where they are those of the last step.
    func conclude(_ point: TrainingPoint, recalibrate: () throws(TrainingError) -> Void) throws(TrainingError) -> History.Kept? {
        if let best, let found = point.best {
            try wrap { () throws(DeviceError) in try best.give() }
            return History.Kept(weights: .best, epoch: found.epoch)
        }
        guard let average, let averaging, point.iterations > 0 else { return nil }
        switch averaging {
        case .exponential:
            try wrap { () throws(DeviceError) in try average.give() }
            return History.Kept(weights: .average, epoch: point.epochsDone)
        case .stochastic:
            guard let count = point.averaged, count > 0 else { return nil }
            try wrap { () throws(DeviceError) in
                let mean = Expression { e in e.apply(.divide, e.operand(0), e.constant(Float(count))) }
                try average.giving(mean).run(StepParameters())
            }
            try recalibrate()
            return History.Kept(weights: .average, epoch: point.epochsDone)
        }
    }
}

extension CompiledModel {
    /// A set of weights beside the model's own; a new one holds the model's.
    func weightCopy(_ set: WeightSet, isNew: Bool) throws(TrainingError) -> WeightCopy {
        if let known = weightCopies[set], !isNew { return known }
        let copy = try wrap { () throws(DeviceError) in
            let copy = if let known = weightCopies[set] { known } else { try WeightCopy(session, purpose: set.purpose) }
            try copy.take()
            return copy
        }
        weightCopies[set] = copy
        return copy
    }
}
