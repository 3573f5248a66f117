import MartletBackend

/// A training step whose launches were timed.
public struct TimedStep: Sendable {
    /// Counted from 1.
    public let epoch: Int
    /// Counted from 1, over all epochs.
    public let iteration: Int
    /// Samples of the batch.
    public let batchSize: Int
    /// In the order in which they ran.
    public let launches: [Launch]
    /// When each launch was under way.
    public let spans: [LaunchSpan]
}
