import MartletCore

/// What is reported beside the loss.
public enum Metric: String, Hashable, Sendable, Codable, CaseIterable {
    /// The share of samples whose greatest output is at their class.
    case accuracy
    /// The mean over samples and outputs of |x - t|.
    case meanAbsoluteError = "mae"
    /// The share of the targets' variance that the outputs explain; of data sets only, for it takes all targets.
    case r2

    /// The metrics that go with a loss.
    public static func suited(to loss: Loss) -> Set<Metric> {
        switch loss.measure {
        case .correct: [.accuracy]
        case .absoluteError: loss.kind == .meanSquaredError ? [.meanAbsoluteError, .r2] : [.meanAbsoluteError]
        case nil: []
        }
    }

    /// All that go with the loss, or those that were asked for.
    static func checked(_ wanted: Set<Metric>?, for loss: Loss) throws(TrainingError) -> Set<Metric> {
        let suited = suited(to: loss)
        guard let wanted else { return suited }
        if let stranger = wanted.subtracting(suited).min(by: { $0.rawValue < $1.rawValue }) {
            throw .badOption(
                "the metric '\(stranger.rawValue)' does not go with the loss '\(loss.text)', which has \(suited.isEmpty ? "none" : suited.map(\.rawValue).sorted().joined(separator: ", "))")
        }
        return wanted
    }
}
