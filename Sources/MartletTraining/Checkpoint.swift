import MartletBackend
import MartletCore
import MartletData
import MartletFormats
import MartletNN
import MartletOps

/// Everything a run needs to go on as if it had never stopped, on any backend: a model file with the optimizer's state,
/// the metrics of the epoch under way, counters and settings.
public struct Checkpoint: Sendable {
    /// Model, weights, loss and data.
    public let file: ModelFile
    /// Those of the run.
    public let settings: Settings
    /// Where it goes on.
    public let point: TrainingPoint
    /// What the caller of `fit` wanted to keep.
    public let notes: [String: String]
    /// The epochs whose snapshots it has.
    private let snapshots: [Int]

    /// What a resumed run must have in common with the one that was stopped.
    public struct Settings: Hashable, Sendable, Codable {
        /// The name of its rule.
        public var optimizer: String
        /// The base rate of the schedule.
        public var learningRate: Double
        /// As of `Optimizer`.
        public var weightDecay: Double
        /// By place, as the rule names them.
        public var optimizerSettings: [Double]
        /// Nil where nothing is clipped.
        public var clipping: GradientClipping?
        /// Whether weight decay applies to biases and norm parameters too.
        public var decaysAll: Bool
        /// Samples in a batch.
        public var batchSize: Int
        /// Whether the smaller last batch of an epoch is left out.
        public var dropsLast: Bool
        /// Whether every epoch has an order of its own.
        public var shuffles: Bool
        /// With lengths in iterations; nil where the rate is constant.
        public var schedule: String?
        /// Nil where every batch is a step; and so on, each nil where it is not in use.
        public var accumulation: Int?
        /// What large weights add to the loss.
        public var penalty: Penalty?
        /// How samples are drawn by their classes.
        public var sampling: ClassSampling?
        /// What ends the run by the validation data.
        public var earlyStopping: EarlyStopping?
        /// By which number the best epoch is kept.
        public var keepsBest: Monitor?
        /// How weights are averaged.
        public var averaging: WeightAveraging?
        /// How many snapshots are kept for an ensemble.
        public var snapshots: Int?
        /// Of initial weights, order of samples and dropout.
        public var seed: UInt64
        /// Nil where images are not changed.
        public var augmentation: String?
        /// Nil where nothing is frozen and everything learns alike.
        public var parameters: ParameterRules?
        /// Nil in files from before there was a choice.
        public var normalisation: String?
        /// Of the training data's features and targets; of other sources their identity.
        public var dataSHA256: String
    }

    private struct Training: Codable {
        var settings: Settings
        var point: TrainingPoint
        var notes: [String: String]
        /// Nil where there are none.
        var snapshots: [Int]?
    }
    fileprivate static let trainingField = "martlet.training"
    fileprivate static let metricsName = "martlet.metrics"
    fileprivate static func snapshotName(_ epoch: Int, _ name: String) -> String { "martlet.snapshot.\(epoch).\(name)" }
    fileprivate static func stateName(_ index: Int, _ name: String) -> String { "martlet.optimizer.\(index).\(name)" }

    /// - Throws: where the file is not there, is damaged, or is a saved model and no checkpoint.
    public static func read(_ path: String, registry: Registry = .standard) throws(TrainingError) -> Checkpoint {
        let file = try ModelFile.read(path, registry: registry)
        return try wrap { () throws(FormatError) in try Checkpoint(file) }
    }

    private init(_ file: ModelFile) throws(FormatError) {
        guard let text = file.contents.metadata[Self.trainingField] else {
            throw .unsuitable(
                path: file.path, problem: "expected a checkpoint, found a saved model, which is no checkpoint",
                remedy: "start from its weights with --load, or give a file written by --checkpoint")
        }
        let training = try JSONText.decode(Training.self, text, field: Self.trainingField, path: file.path)
        self.file = file
        settings = training.settings
        point = training.point
        notes = training.notes
        snapshots = training.snapshots ?? []
    }

    /// The optimizer's state of every parameter, by name.
    fileprivate func optimizerState(_ index: Int) throws(FormatError) -> [String: HostArray] {
        var arrays: [String: HostArray] = [:]
        for variable in file.model.variables where variable.isTrainable {
            let name = Self.stateName(index, variable.name)
            let array = try file.contents.required(name, path: file.path)
            guard array.type == TensorType(variable.fileShape) else {
                throw .badTensor(path: file.path, name: name, problem: "expected \(variable.fileShape), found \(array.type)")
            }
            arrays[variable.name] = array
        }
        return arrays
    }

    /// Weights that the run kept beside those that it trains, by the model's names.
    /// - Parameter name: what a variable is called in the file.
    fileprivate func weights(named name: (String) -> String) throws(FormatError) -> [(name: String, array: HostArray)] {
        var weights: [(name: String, array: HostArray)] = []
        for variable in file.model.variables {
            let name = name(variable.name)
            let array = try file.contents.required(name, path: file.path)
            guard array.type == TensorType(variable.fileShape) else {
                throw .badTensor(path: file.path, name: name, problem: "expected \(variable.fileShape), found \(array.type)")
            }
            weights.append((variable.name, array))
        }
        return weights
    }

    fileprivate func keptSnapshots() throws(FormatError) -> [Snapshot] {
        var kept: [Snapshot] = []
        for epoch in snapshots {
            kept.append(Snapshot(epoch: epoch, weights: try weights { Self.snapshotName(epoch, $0) }))
        }
        return kept
    }

    fileprivate static func training(
        _ settings: Settings, _ point: TrainingPoint, _ notes: [String: String], _ snapshots: [Snapshot]
    ) -> String {
        JSONText.encode(Training(
            settings: settings, point: point, notes: notes, snapshots: snapshots.isEmpty ? nil : snapshots.map(\.epoch)))
    }
    fileprivate func metrics() throws(FormatError) -> HostArray {
        let array = try file.contents.required(Self.metricsName, path: file.path)
        guard array.type == TensorType([2 * Session.metricLimit]) else {
            throw .badTensor(
                path: file.path, name: Self.metricsName, problem: "expected \(2 * Session.metricLimit), found \(array.type)")
        }
        return array
    }
}

extension CompiledModel {
    func writeCheckpoint(
        to path: String, at point: TrainingPoint, options: FitOptions, data: any SampleSource
    ) throws(TrainingError) {
        var tensors = try weights()
        try wrap { () throws(DeviceError) in
            for index in 0..<optimizer.rule.stateCount {
                for (variable, array) in try session.optimizerState(index) {
                    tensors.append((Checkpoint.stateName(index, variable.name), array))
                }
            }
            tensors.append((Checkpoint.metricsName, try session.rawMetrics()))
            for set in WeightSet.allCases where set.isKept(by: options) {
                for (variable, array) in try weightCopies[set]?.arrays() ?? [] { tensors.append((set.name(of: variable.name), array)) }
            }
        }
        for snapshot in snapshots {
            tensors += snapshot.weights.map { (Checkpoint.snapshotName(snapshot.epoch, $0.name), $0.array) }
        }
        var file = ModelFile.contents(tensors, model, loss, options.dataDescription ?? DataDescription(data))
        file.metadata[Checkpoint.trainingField] = Checkpoint.training(try settings(options, data), point, options.notes, snapshots)
        let contents = file
        try wrap { () throws(FormatError) in try contents.write(to: path) }
    }

    private func settings(_ options: FitOptions, _ data: any SampleSource) throws(TrainingError) -> Checkpoint.Settings {
        let identity: String
        do { identity = try data.identity } catch { throw .caller(part: "the source '\(data.format.name)'", error) }
        return Checkpoint.Settings(
            optimizer: optimizer.rule.name, learningRate: optimizer.learningRate, weightDecay: optimizer.weightDecay,
            optimizerSettings: optimizer.settings,
            clipping: optimizer.clipping == .none ? nil : optimizer.clipping, decaysAll: decaysAll, batchSize: options.batchSize,
            dropsLast: options.dropsLast, shuffles: options.shuffles, schedule: options.scheduleText(data),
            accumulation: options.accumulation == 1 ? nil : options.accumulation,
            penalty: options.penalty == .none ? nil : options.penalty, sampling: options.sampling,
            earlyStopping: options.earlyStopping, keepsBest: options.keepsBest, averaging: options.averaging, snapshots: options.snapshots, seed: seed,
            augmentation: options.augmentation == .none ? nil : options.augmentation.description,
            parameters: options.parameters == .none ? nil : options.parameters,
            normalisation: data.format.normalisationText, dataSHA256: identity)
    }

    /// Takes over weights, statistics and the optimizer's state, and gives the place from which `fit` goes on.
    ///
    /// - Throws: `badOption` naming the first setting that differs from the run that was stopped, for going on with it
    ///   would not be the same run.
    public func restore(
        _ checkpoint: Checkpoint, options: FitOptions, data: any SampleSource
    ) throws(TrainingError) -> TrainingPoint {
        guard checkpoint.file.model == model, checkpoint.file.loss == loss else {
            throw .badOption("the checkpoint '\(checkpoint.file.path)' is of another model or loss")
        }
        let (then, now) = (checkpoint.settings, try settings(options, data))
        func compare(_ name: String, _ a: some Equatable & CustomStringConvertible, _ b: some CustomStringConvertible) throws(TrainingError) {
            guard "\(a)" != "\(b)" else { return }
            throw .badOption("the checkpoint '\(checkpoint.file.path)' was written with \(name) \(a), and now it is \(b); a resumed run must be the same run")
        }
        try compare("the optimizer", then.optimizer, now.optimizer)
        try compare("the learning rate", then.learningRate, now.learningRate)
        try compare("the weight decay", then.weightDecay, now.weightDecay)
        try compare("the optimizer settings", then.optimizerSettings.description, now.optimizerSettings.description)
        try compare("gradient clipping", "\(then.clipping ?? .none)", "\(now.clipping ?? .none)")
        try compare("decay of all parameters", then.decaysAll, now.decaysAll)
        try compare("the batch size", then.batchSize, now.batchSize)
        try compare("dropping of the last batch", then.dropsLast, now.dropsLast)
        try compare("shuffling", then.shuffles, now.shuffles)
        try compare("the schedule", then.schedule ?? "constant", now.schedule ?? "constant")
        func compare(_ name: String, _ a: (some CustomStringConvertible)?, _ b: (some CustomStringConvertible)?) throws(TrainingError) {
            try compare(name, a?.description ?? "none", b?.description ?? "none")
        }
        try compare("batches to a step", then.accumulation ?? 1, now.accumulation ?? 1)
        try compare("the penalty", then.penalty, now.penalty)
        try compare("sampling by", then.sampling, now.sampling)
        try compare("early stopping by", then.earlyStopping, now.earlyStopping)
        try compare("the best weights by", then.keepsBest?.rawValue, now.keepsBest?.rawValue)
        try compare("averaging", then.averaging, now.averaging)
        try compare("snapshots", then.snapshots, now.snapshots)
        try compare("the seed", then.seed, now.seed)
        try compare("the augmentation", then.augmentation ?? "none", now.augmentation ?? "none")
        try compare("the rules of parameters", then.parameters ?? .none, now.parameters ?? .none)
        if let normalisation = then.normalisation { try compare("the normalisation", normalisation, data.format.normalisationText) }
        try compare("training data of SHA-256", then.dataSHA256, now.dataSHA256)
        let batches = Batches(count: data.count, size: options.batchSize, dropLast: options.dropsLast)
        let steps = StepSequence(batches, accumulating: max(1, options.accumulation))
        let point = checkpoint.point
        guard (0...batches.count).contains(point.batchesDone), point.epochsDone >= 0,
            point.history.epochs.count == point.epochsDone,
            point.iterations == point.epochsDone * steps.steps + steps.stepsDone(after: point.batchesDone)
        else {
            throw .file(.damaged(path: checkpoint.file.path, reason: "its counters contradict each other"))
        }

        let states = try wrap { () throws(FormatError) in
            var states: [[String: HostArray]] = []
            for index in 0..<optimizer.rule.stateCount { states.append(try checkpoint.optimizerState(index)) }
            return states
        }
        let metrics = try wrap { () throws(FormatError) in try checkpoint.metrics() }
        var kept: [WeightSet: [String: HostArray]] = [:]
        for set in WeightSet.allCases where set.isKept(by: options) {
            let weights = try wrap { () throws(FormatError) in try checkpoint.weights(named: set.name) }
            kept[set] = Dictionary(uniqueKeysWithValues: weights.map { ($0.name, $0.array) })
        }
        let snapshots = try wrap { () throws(FormatError) in try checkpoint.keptSnapshots() }
        try setWeights(checkpoint.file.weights)
        try wrap { () throws(DeviceError) in
            for (index, state) in states.enumerated() { try session.setOptimizerState(index, state) }
            try session.setRawMetrics(metrics)
        }
        for (set, arrays) in kept {
            let copy = try weightCopy(set, isNew: true)
            try wrap { () throws(DeviceError) in try copy.set(arrays) }
        }
        (self.snapshots, iterations) = (snapshots, point.iterations)
        return point
    }
}

extension FitOptions {
    /// The schedule with lengths in iterations; nil where the rate is constant.
    fileprivate func scheduleText(_ data: any SampleSource) -> String? {
        guard schedule != .constant, batchSize > 0 else { return nil }
        let steps = StepSequence(Batches(count: data.count, size: batchSize, dropLast: dropsLast), accumulating: max(1, accumulation))
        return schedule.resolved(for: RunLength(iterationsPerEpoch: steps.steps, epochs: epochs)).text
    }
}

extension SampleFormat {
    /// What tells one normalisation from another.
    fileprivate var normalisationText: String {
        channels.map { "means \($0.means), deviations \($0.deviations)" } ?? "division by \(featureDivisor)"
    }
}
