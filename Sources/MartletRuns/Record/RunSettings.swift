import MartletTraining

/// What a run was begun with: `run.json`.
public struct RunSettings: Hashable, Sendable, Codable {
    /// As the user typed it; empty for a run of a program.
    public var command: [String] = []
    /// ISO 8601.
    public var started = ""
    public var backend = ""
    public var device = ""
    public var seed: UInt64 = 0
    public var data = DataSummary()
    public var layers: [Layer] = []
    public var parameterCount = 0
    public var loss = ""
    public var optimizer = ""
    public var learningRate = 0.0
    public var weightDecay = 0.0
    /// Settings of the optimizer's rule, such as `momentum`.
    public var optimizerSettings: [String: Double] = [:]
    public var batchSize = 0
    /// Batches that make a step.
    public var accumulation = 1
    public var epochs = 0
    /// What else the run was told, by the names of `optionNames`; what it was not told is not there.
    public var options: [String: String] = [:]
    /// Parameters that stayed as they were, at the beginning at least.
    public var frozen: [String] = []

    /// In the order in which they are shown.
    static let optionNames = [
        "weights", "schedule", "accumulation", "clipping", "penalty", "sampling", "augmentation", "early stopping", "best weights", "averaging",
        "parameters",
    ]

    public struct Layer: Hashable, Sendable, Codable {
        public var name: String
        public var kind: String
        /// The function of an activation.
        public var activation: String?
        public var outputShape: String
        public var parameters: Int
    }

    public init() {}

    /// The command for a shell, which takes some characters for something else.
    var commandLine: String {
        command.map { word in
            let isPlain = !word.isEmpty && word.allSatisfy { $0.isLetter || $0.isNumber || "-_=+,.:/@%".contains($0) }
            return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
        }.joined(separator: " ")
    }
}

/// The data of a run, and what is remarkable about them.
public struct DataSummary: Hashable, Sendable, Codable {
    public var name = ""
    public var sampleShape: [Int] = []
    public var isImages = false
    public var trainCount = 0
    public var validationCount: Int?
    public var testCount: Int?
    public var classNames: [String] = []
    /// Training samples of each class.
    public var classCounts: [Int] = []
    /// Columns of a table that have one value in all training samples; of images nothing is said, whose corners are often empty.
    public var constantFeatures: [String] = []
    /// Test samples that stand in the training set too; nil where that was not looked at.
    public var testInTraining: Int?
    /// Training samples that have a twin with another label.
    public var contradictions: Int?

    public init() {}
}
