import MartletBackend
import MartletCore
import MartletData
import MartletFormats
import MartletGraph
import MartletKernels
import MartletNN
import MartletOps

/// How `fit` trains.
public struct FitOptions: Sendable {
    /// Epochs in the whole run, those before a resumption included.
    public var epochs = 10
    public var batchSize = 64
    /// Leaves out the last, smaller batch of an epoch.
    public var dropsLast = false
    /// Visits the samples in a new order every epoch.
    public var shuffles = true
    /// How images are changed at random, every time they are seen; never in evaluation.
    public var augmentation = Augmentation.none
    /// Where to write a checkpoint, at the end of every epoch and when interrupted.
    public var checkpoint: String?
    /// Writes one after every so many iterations as well.
    public var checkpointEvery: Int?
    /// What a checkpoint says of the data; nil for what the training data say themselves.
    public var dataDescription: DataDescription?
    /// What a checkpoint carries beside the training itself; given back on resumption.
    public var notes: [String: String] = [:]

    public init() {}
}

/// How far training is.
public struct Progress: Sendable {
    public let epoch: Int
    public let epochs: Int
    /// Batches done in this epoch, of how many.
    public let batch: Int
    public let batches: Int
    /// The mean over the epoch's samples so far, as of the last time it was read.
    public let loss: Double?
}

/// Told of what happens during `fit`, on the thread that trains.
public protocol TrainingObserver {
    func progressed(_ progress: Progress)
    func finished(_ epoch: History.Epoch)
    /// Asked after every step and after every epoch; true ends training with a checkpoint.
    var shouldStop: Bool { get }
}

extension TrainingObserver {
    public func progressed(_ progress: Progress) {}
    public func finished(_ epoch: History.Epoch) {}
    public var shouldStop: Bool { false }
}

/// An observer that wants to know nothing.
public struct NoObserver: TrainingObserver {
    public init() {}
}

extension CompiledModel {
    /// Trains.
    ///
    /// - Parameters:
    ///   - validation, test: measured after every epoch; they change nothing.
    ///   - point: where to go on, from `restore(_:)`.
    /// - Throws: `notFinite` where a loss or gradient is not finite, with the weights as before that step;
    ///   `interrupted` where the observer asks for it.
    public func fit(
        _ train: DataSet, validation: DataSet? = nil, test: DataSet? = nil, options: FitOptions = FitOptions(),
        from point: TrainingPoint = TrainingPoint(), observer: some TrainingObserver = NoObserver()
    ) throws(TrainingError) -> History {
        let run = try TrainingRun(self, train, validation, test, options, point)
        return try run.run(observer)
    }

    /// Trains for some epochs in batches of a size.
    public func fit(_ train: DataSet, validation: DataSet? = nil, epochs: Int, batchSize: Int = 64) throws(TrainingError) -> History {
        var options = FitOptions()
        options.epochs = epochs
        options.batchSize = batchSize
        return try fit(train, validation: validation, options: options)
    }
}

/// A place in a run: everything that is counted.
public struct TrainingPoint: Hashable, Sendable, Codable {
    /// Whole epochs done.
    public var epochsDone = 0
    /// Batches done in the epoch that is under way.
    public var batchesDone = 0
    public var iterations = 0
    /// Seconds of training in the epoch that is under way, before it was interrupted.
    public var secondsInEpoch = 0.0
    public var history = History()

    public init() {}
}

/// One call of `fit`.
private final class TrainingRun {
    private let owner: CompiledModel
    private let train: DataSet
    private let options: FitOptions
    private let batches: Batches
    private let runner: BatchRunner
    private let validation: Evaluator?
    private let test: Evaluator?
    private var point: TrainingPoint
    private let clock = ContinuousClock()

    /// The host looks at metrics and health this often: news are not old, and the device hardly notices.
    private static let lookInterval = Duration.seconds(1)

    init(
        _ owner: CompiledModel, _ train: DataSet, _ validation: DataSet?, _ test: DataSet?, _ options: FitOptions,
        _ point: TrainingPoint
    ) throws(TrainingError) {
        self.owner = owner
        self.train = train
        self.options = options
        self.point = point
        guard options.epochs >= 0 else { throw .badOption("the number of epochs must be at least 0, not \(options.epochs)") }
        guard options.batchSize > 0 else { throw .badOption("the batch size must be at least 1, not \(options.batchSize)") }
        guard options.batchSize <= train.count else {
            throw .badOption("the batch size \(options.batchSize) is larger than the training data, which have \(train.count) samples")
        }
        let begun = point.epochsDone + (point.batchesDone > 0 ? 1 : 0)
        guard options.epochs >= begun else {
            throw .badOption("the run that is resumed has come to epoch \(begun) already; ask for at least \(begun) epochs, not \(options.epochs)")
        }
        if let every = options.checkpointEvery, every < 1 {
            throw .badOption("a checkpoint can be written every 1 or more iterations, not \(every)")
        }
        for data in [train, validation, test].compactMap({ $0 }) { try owner.check(data) }
        let batches = Batches(count: train.count, size: options.batchSize, dropLast: options.dropsLast)
        self.batches = batches
        if let path = options.checkpoint { try wrap { () throws(FormatError) in try File.checkWritable(path) } }

        if options.augmentation != .none, !train.isImages {
            throw .badOption(
                "only images of bytes can be augmented, and the samples of '\(train.name)' are \(train.featureShape) of \(train.features.dtype.rawValue)")
        }
        let samples = try owner.samples(of: train, largestBatch: batches.sizes[0], "the training data '\(train.name)'")
        let graphs = StepGraphs(owner.model, train, augmentation: options.augmentation, isStreamed: samples.isStreamed)
        let plans = try wrap { () throws(ShapeError) in
            var plans: [Plan] = []
            for size in batches.sizes { plans.append(try owner.trainingPlan(graphs, batch: size)) }
            return plans
        }
        runner = try wrap { () throws(DeviceError) in
            let targets = try owner.session.resident(train.targetArray, "the targets of '\(train.name)'")
            let constants = try owner.session.residents(of: owner.loss)
            return try samples.prepare(plans, others: [targets] + constants)
        }
        // Evaluation waits for training, and so needs no memory of its own beside it.
        self.validation = if let validation { try Evaluator(owner, validation, sharing: runner.workspaces) } else { nil }
        self.test = if let test { try Evaluator(owner, test, sharing: runner.workspaces) } else { nil }
    }

    func run(_ observer: some TrainingObserver) throws(TrainingError) -> History {
        // A run that is resumed in the middle of an epoch has its metrics on the device already.
        if point.batchesDone == 0 { try wrap { () throws(DeviceError) in try owner.session.resetMetrics() } }
        while point.epochsDone < options.epochs {
            try trainEpoch(observer)
            let finished = try measureEpoch()
            point.history.epochs.append(finished)
            point.epochsDone += 1
            point.batchesDone = 0
            point.secondsInEpoch = 0
            try wrap { () throws(DeviceError) in try owner.session.resetMetrics() }
            observer.finished(finished)
            try save()
            if observer.shouldStop, point.epochsDone < options.epochs {
                throw .interrupted(epoch: point.epochsDone, step: point.iterations, checkpoint: options.checkpoint)
            }
        }
        return point.history
    }

    private func trainEpoch(_ observer: some TrainingObserver) throws(TrainingError) {
        let epoch = point.epochsDone + 1
        let before = point.secondsInEpoch
        let started = clock.now
        var lastLook = started
        var lastLoss: Double?
        var step = StepParameters(seed: owner.seed)
        step.sampleCount = train.count
        step.shuffleKey = options.shuffles ? shuffleKey(epoch: point.epochsDone) : nil

        while point.batchesDone < batches.count {
            let batch = batches[point.batchesDone]
            step.step = UInt32(truncatingIfNeeded: point.iterations)
            step.batchStart = batch.start
            owner.optimizer.setScalars(of: &step, iteration: point.iterations + 1)
            do {
                try runner.run(batch.plan, count: batch.count, step)
            } catch {
                throw .device(error)
            }
            point.batchesDone += 1
            point.iterations += 1
            owner.iterations = point.iterations

            let now = clock.now
            if now - lastLook >= Self.lookInterval {
                try checkHealth(epoch)
                let sums = try wrap { () throws(DeviceError) in try owner.session.metrics(1) }
                lastLoss = sums[0] / Double(samples(until: point.batchesDone))
                lastLook = clock.now
            }
            observer.progressed(Progress(
                epoch: epoch, epochs: options.epochs, batch: point.batchesDone, batches: batches.count, loss: lastLoss))
            point.secondsInEpoch = before + seconds(clock.now - started)
            if let every = options.checkpointEvery, point.iterations % every == 0 {
                // After a value that is not finite, counters would go on and weights not: no such file over a good one.
                try checkHealth(epoch)
                try save()
            }
            if observer.shouldStop {
                try checkHealth(epoch)
                try save()
                throw .interrupted(epoch: epoch, step: point.iterations, checkpoint: options.checkpoint)
            }
        }
        try checkHealth(epoch)
        point.secondsInEpoch = before + seconds(clock.now - started)
    }

    private func measureEpoch() throws(TrainingError) -> History.Epoch {
        let sums = try wrap { () throws(DeviceError) in try owner.session.metrics(StepGraphs.metricCount) }
        let count = batches.samples
        let trained = Evaluation(sums, count: count, loss: owner.loss, metrics: owner.metrics, data: train)
        return History.Epoch(
            epoch: point.epochsDone + 1, iterations: point.iterations, train: trained, validation: try validation?.run(),
            test: try test?.run(), seconds: point.secondsInEpoch,
            samplesPerSecond: Double(count) / max(point.secondsInEpoch, 1e-9))
    }

    private func checkHealth(_ epoch: Int) throws(TrainingError) {
        guard let failure = try wrap({ () throws(DeviceError) in try owner.session.firstFailure() }) else { return }
        throw .notFinite(
            epoch: failure.step / max(1, batches.count) + 1, step: failure.step + 1, value: failure.value,
            learningRate: owner.optimizer.learningRate)
    }

    private func save() throws(TrainingError) {
        guard let path = options.checkpoint else { return }
        try owner.writeCheckpoint(to: path, at: point, options: options, data: train)
    }

    private func samples(until batch: Int) -> Int { batch == 0 ? 0 : batches[batch - 1].start + batches[batch - 1].count }

    private func shuffleKey(epoch: Int) -> UInt64 {
        var words: [UInt32] = [UInt32(truncatingIfNeeded: epoch), 0, 0, Streams.shuffles]
        let counter = words
        martlet_host_philox(counter, UInt32(truncatingIfNeeded: owner.seed), UInt32(owner.seed >> 32), &words)
        return UInt64(words[0]) << 32 | UInt64(words[1])
    }
}

private func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}

extension Optimizer {
    /// Sets a step's scalars; iterations count from 1.
    func setScalars(of step: inout StepParameters, iteration: Int) {
        step.setScalars(of: rule, iteration: iteration, rate: learningRate, weightDecay: weightDecay, settings: settings)
    }
}
