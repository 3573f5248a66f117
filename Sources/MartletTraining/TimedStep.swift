import MartletBackend

/// A training step whose launches were timed.
public struct TimedStep: Sendable {
    /// Counted from 1.
    public let epoch: Int
    /// Counted from 1, over all epochs.
    public let iteration: Int
    public let batchSize: Int
    public let launches: [Launch]
    /// When each launch was under way.
    public let spans: [LaunchSpan]
}
