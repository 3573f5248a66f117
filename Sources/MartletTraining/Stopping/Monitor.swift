/// A number of the validation data by which something is chosen.
public enum Monitor: String, Hashable, Sendable, Codable, CaseIterable {
    /// Lower is better.
    case loss
    /// Of classes; higher is better.
    case accuracy
    /// Of numbers; lower is better.
    case meanAbsoluteError = "mean_absolute_error"
    /// Of numbers, with squared errors; higher is better.
    case r2

    /// Nil where the evaluation does not have it.
    public func value(of evaluation: Evaluation) -> Double? {
        switch self {
        case .loss: evaluation.loss
        case .accuracy: evaluation.accuracy
        case .meanAbsoluteError: evaluation.meanAbsoluteError
        case .r2: evaluation.r2
        }
    }

    /// Which way it is better.
    public var goal: Improvement.Goal {
        switch self {
        case .loss, .meanAbsoluteError: .lower
        case .accuracy, .r2: .higher
        }
    }
}

/// When a number counts as better than the best so far.
public struct Improvement: Hashable, Sendable {
    /// Which way a number gets better.
    public enum Goal: Hashable, Sendable {
        /// As a loss does.
        case lower
        /// As an accuracy does.
        case higher
    }

    /// What is watched.
    public var monitor: Monitor
    /// Which way is better.
    public var goal: Goal
    /// By how much more than this it must be better.
    public var margin: Double
    /// The margin is a share of the best so far.
    public var isRelative: Bool

    /// - Parameter goal: nil for that of the monitor.
    public init(of monitor: Monitor, goal: Goal? = nil, by margin: Double = 0, isRelative: Bool = false) {
        self.monitor = monitor
        self.goal = goal ?? monitor.goal
        self.margin = margin
        self.isRelative = isRelative
    }

    /// The first number is better than none; what is not a number is never better.
    public func isBetter(_ value: Double, than best: Double?) -> Bool {
        guard !value.isNaN else { return false }
        guard let best else { return true }
        switch goal {
        case .lower: return value < (isRelative ? best * (1 - margin) : best - margin)
        case .higher: return value > (isRelative ? best * (1 + margin) : best + margin)
        }
    }
}
