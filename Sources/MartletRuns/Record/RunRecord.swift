import MartletTraining

/// Everything that is known of a run.
public struct RunRecord: Sendable {
    /// How people call it: its folder, or the data and the model.
    public var name: String
    public var settings: RunSettings
    public var steps: [StepEntry] = []
    public var epochs: [History.Epoch] = []
    public var statistics: [NetworkStatistics] = []
    /// Nil of a run that has not ended, or was killed.
    public var outcome: RunOutcome?
    /// What was odd about the folder that it was read from.
    public var warnings: [String] = []

    public init(name: String, settings: RunSettings) { (self.name, self.settings) = (name, settings) }

    /// ln C: the loss of a network that knows nothing of its C classes. Nil for other losses.
    public var uninformedLoss: Double? {
        let classes = settings.data.classNames.count
        return settings.loss == "cross_entropy" && classes > 1 ? naturalLogarithm(Double(classes)) : nil
    }
}

/// The loss of one batch, in training mode.
public struct StepEntry: Hashable, Sendable, Codable {
    public var iteration: Int
    /// The same in epochs.
    public var epoch: Double
    public var loss: Double
    public var learningRate: Double
}

/// What a run came to.
public struct RunOutcome: Hashable, Sendable, Codable {
    public enum State: String, Hashable, Sendable, Codable { case finished, interrupted, notFinite, failed }
    public var state: State
    /// Why, where it is not finished.
    public var message: String?
    /// Optimizer steps done.
    public var iterations = 0
    public var weightsSHA256: String?
    /// Of the weights that the run ended with.
    public var test: Evaluation?
    /// Which weights these are, where they are not those of the last step.
    public var kept: History.Kept?
    public var confusion: ConfusionMatrix?
    /// The worst first.
    public var worst: [WorstSample] = []
    /// Of numbers: what was wanted and what was given, for some samples.
    public var pairs: [[Double]] = []
    /// Of the first layer, where it reads images.
    public var filters: [EncodedImage] = []
    public var phases: [Phase] = []

    public struct Phase: Hashable, Sendable, Codable {
        public var name: String
        public var seconds: Double
    }

    public init(_ state: State, message: String? = nil) { (self.state, self.message) = (state, message) }
}
