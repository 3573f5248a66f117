/// A place in a run: everything that is counted.
public struct TrainingPoint: Hashable, Sendable, Codable {
    /// Whole epochs done.
    public var epochsDone = 0
    /// Batches done in the epoch that is under way.
    public var batchesDone = 0
    /// Optimizer steps done in the whole run.
    public var iterations = 0
    /// Seconds of training in the epoch that is under way, before it was interrupted.
    public var secondsInEpoch = 0.0
    /// Of the epochs done.
    public var history = History()
    /// What `reduce_on_plateau` has seen of the validation data.
    public var plateau: ReduceOnPlateau.State?
    /// What early stopping has seen of the validation data.
    public var stopping: EarlyStopping.State?
    /// The epoch whose weights are kept; nil for none.
    public var best: Best?
    /// Epochs whose weights are in the average; nil for none.
    public var averaged: Int?

    /// The best epoch so far, and its number.
    public struct Best: Hashable, Sendable, Codable {
        /// From 1.
        public var epoch: Int
        /// What the monitor said of it.
        public var value: Double
    }

    /// The beginning of a run.
    public init() {}
}
