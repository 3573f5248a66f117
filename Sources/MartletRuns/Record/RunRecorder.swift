import FoundationEssentials
import MartletCore
import MartletData
import MartletFormats
import MartletNN
import MartletTraining

/// How often a run looks at its network.
public enum StatisticsRate: Hashable, Sendable {
    /// As often as takes no more than 1.5 % of the time, beside 50 ms that every run may have.
    case automatic
    /// After the first step and every so many.
    case every(Int)
    case never
}

/// Keeps the record of a run while it is trained, and its folder where there is one. It reads and never writes what belongs
/// to training: the bits of a run do not depend on it.
///
/// A folder that cannot be written any more does not end training; `failure` says so.
public final class RunRecorder: Callback {
    public private(set) var record: RunRecord
    /// Why the folder is not complete.
    public private(set) var failure: FormatError?

    private let compiled: CompiledModel
    private let folder: RunFolder?
    private let events: EventLog?
    private let probe: NetworkProbe?
    private let rate: StatisticsRate
    private let stepsPerEpoch: Int
    private let clock = ContinuousClock()
    private let started: ContinuousClock.Instant
    /// Time that statistics have taken.
    private var spent = Duration.zero
    /// The next step after which the network is looked at.
    private var next: Int?
    private var lastStep: ContinuousClock.Instant
    private var evaluating = Duration.zero
    private var preparing = Duration.zero

    /// Epochs are cut into so many parts at least, where statistics are automatic.
    private static let partsOfEpoch = 4
    private static let share = 0.015
    private static let allowance = Duration.milliseconds(50)
    /// A run keeps the loss of about every tenth step, and of every step where an epoch has few.
    private let stepInterval: Int

    /// Looks at the untrained network first.
    ///
    /// - Parameters:
    ///   - point: where a run goes on; what its folder says of later steps is dropped.
    ///   - folder: prepared by `RunFolder.prepare`.
    public init(
        _ compiled: CompiledModel, _ train: DataSet, options: FitOptions, settings: RunSettings, name: String,
        from point: TrainingPoint = TrainingPoint(), rate: StatisticsRate = .automatic, folder: RunFolder? = nil
    ) throws(TrainingError) {
        if case .every(let steps) = rate, steps < 1 {
            throw .badOption("statistics can be taken every 1 or more steps, not every \(steps)")
        }
        started = clock.now
        lastStep = started
        self.compiled = compiled
        self.folder = folder
        self.rate = rate
        stepsPerEpoch = options.stepsPerEpoch(of: train.count)
        stepInterval = stepsPerEpoch <= 40 ? 1 : 10
        record = RunRecord(name: name, settings: settings)
        do throws(FormatError) {
            if let folder {
                if point.iterations > 0, let earlier = try? folder.read() {
                    let lines = earlier.lines(upTo: point.iterations)
                    for line in lines { record.add(line) }
                    try folder.rewrite(lines)
                }
                try folder.write(settings, nil)
                events = try EventLog(in: folder)
            } else {
                events = nil
            }
        } catch {
            throw .file(error)
        }
        probe = if rate == .never { nil } else { try NetworkProbe(compiled, train) }
        if let probe {
            if point.iterations == 0 {
                let (loss, layers) = try probe.lookAtLayers()
                keep(HistoryLine(statistics: NetworkStatistics(iteration: 0, epoch: 0, loss: loss, layers: layers, parameters: [])))
            }
            try probe.rememberParameters()
            next = point.iterations + 1
        }
        preparing = clock.now - started
    }

    public var lossInterval: Int? { stepInterval }

    public func received(_ loss: StepLoss) -> Decision {
        keep(HistoryLine(step: StepEntry(
            iteration: loss.iteration, epoch: Double(loss.iteration) / Double(stepsPerEpoch), loss: loss.loss,
            learningRate: loss.learningRate)))
        return .proceed
    }

    public func progressed(_ progress: Progress, of model: CompiledModel) throws(TrainingError) -> Decision {
        try look(progress.iterations)
        lastStep = clock.now
        return .proceed
    }

    public func finished(_ epoch: History.Epoch, of model: CompiledModel) -> Decision {
        evaluating += clock.now - lastStep
        keep(HistoryLine(epoch: epoch))
        lastStep = clock.now
        return .proceed
    }

    /// Takes statistics where they are due, and gets ready for the step before the next ones.
    private func look(_ iteration: Int) throws(TrainingError) {
        guard let probe, let due = next else { return }
        let began = clock.now
        if iteration == due {
            let (loss, layers) = try probe.lookAtLayers()
            keep(HistoryLine(statistics: NetworkStatistics(
                iteration: iteration, epoch: Double(iteration) / Double(stepsPerEpoch), loss: loss, layers: layers,
                parameters: try probe.lookAtParameters())))
        }
        if iteration >= due { next = following(iteration) }
        if next == iteration + 1 {
            if rate == .automatic, !isAffordable {
                next = iteration + 2
            } else {
                try probe.rememberParameters()
            }
        }
        spent += clock.now - began
    }

    private func following(_ iteration: Int) -> Int {
        switch rate {
        case .every(let steps): (iteration / steps + 1) * steps
        case .automatic: iteration + max(1, stepsPerEpoch / Self.partsOfEpoch)
        case .never: .max
        }
    }

    private var isAffordable: Bool { spent < Self.allowance + (clock.now - started) * Self.share }

    private func keep(_ line: HistoryLine) {
        record.add(line)
        guard let folder, let events, failure == nil else { return }
        do throws(FormatError) {
            try folder.append(line)
            if let step = line.step { try events.append(step) }
            if let epoch = line.epoch { try events.append(epoch) }
            if let statistics = line.statistics { try events.append(statistics) }
        } catch {
            failure = error
        }
    }

    /// Ends the record: what the network makes of the test data, pictures of it, and how long everything took.
    ///
    /// - Parameters:
    ///   - error: what `fit` threw; nil for a run that has done its epochs.
    ///   - kept: which weights it ended with, from the history that `fit` gave.
    ///   - loading: seconds that the data took.
    public func end(_ error: TrainingError? = nil, kept: History.Kept? = nil, test: DataSet?, loading: Double? = nil) throws(TrainingError) {
        var outcome = switch error {
        case nil: RunOutcome(.finished)
        case .interrupted?: RunOutcome(.interrupted, message: error?.description)
        case .notFinite?: RunOutcome(.notFinite, message: error?.description)
        case let other?: RunOutcome(.failed, message: other.description)
        }
        outcome.kept = kept
        outcome.test = kept?.test ?? record.epochs.last?.test
        outcome.weightsSHA256 = try compiled.weightsSHA256()
        if let test { try outcome.add(predictionsOf: compiled, for: test) }
        outcome.filters = try Filters.images(of: compiled, sample: Shape(record.settings.data.sampleShape)).map(EncodedImage.init)
        let training = record.epochs.reduce(0) { $0 + $1.seconds }
        let phases: [(String, Double?)] = [
            ("loading the data", loading), ("first look at the network", preparing.inSeconds),
            ("training steps", training - spent.inSeconds), ("statistics", spent.inSeconds), ("evaluation", evaluating.inSeconds),
        ]
        outcome.phases = phases.compactMap { name, seconds in seconds.map { RunOutcome.Phase(name: name, seconds: max(0, $0)) } }
        record.outcome = outcome
        guard let folder, failure == nil else { return }
        do throws(FormatError) {
            try folder.write(record.settings, outcome)
            try events?.append(outcome, record.epochs.last?.iterations ?? 0)
        } catch {
            failure = error
        }
    }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

extension RunSettings {
    /// What a model, its data and its options say.
    public init(
        _ compiled: CompiledModel, options: FitOptions, train: DataSet, validation: DataSet?, test: DataSet?, command: [String] = []
    ) {
        self.init()
        self.command = command
        started = Date().formatted(.iso8601)
        backend = compiled.device.backend
        device = compiled.device.name
        seed = compiled.seed
        data = DataSummary(train: train, validation: validation, test: test)
        let summaries = (try? compiled.model.layerSummaries()) ?? []
        layers = zip(summaries, compiled.model.nodes).map { summary, node in
            Layer(
                name: summary.name, kind: summary.kind, activation: node.layer.activation, outputShape: "\(summary.outputShape)",
                parameters: summary.trainableParameters)
        }
        parameterCount = compiled.model.parameterCount
        loss = compiled.loss.name
        let optimizer = compiled.optimizer
        self.optimizer = optimizer.rule.name
        learningRate = optimizer.learningRate
        weightDecay = optimizer.weightDecay
        for (setting, value) in zip(optimizer.rule.settings, optimizer.settings) { optimizerSettings[setting.name] = value }
        batchSize = options.batchSize
        accumulation = options.accumulation
        epochs = options.epochs
        self.options = [
            "schedule": options.schedule == .constant ? nil : "\(options.schedule)",
            "accumulation": accumulation == 1 ? nil : "\(accumulation) batches to a step",
            "clipping": optimizer.clipping == .none ? nil : "\(optimizer.clipping)",
            "penalty": options.penalty == .none ? nil : "\(options.penalty)",
            "sampling": options.sampling.map { "\($0)" },
            "augmentation": options.augmentation == .none ? nil : "\(options.augmentation)",
            "early stopping": options.earlyStopping.map { "\($0)" },
            "best weights": options.keepsBest.map { "by \($0.rawValue)" },
            "averaging": options.averaging.map { "\($0)" },
            "parameters": options.parameters == .none ? nil : "\(options.parameters)",
        ].compactMapValues { $0 }
        frozen = options.parameters.frozenNames(of: compiled.model, epoch: 1).sorted()
    }
}
