import MartletCore
import MartletData
import MartletFormats
import MartletNN
import MartletTraining

/// How often a run looks at its network.
public enum StatisticsRate: Hashable, Sendable {
    /// As often as takes no more than 1 % of the time, beside 4 ms that every run may have.
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
    /// Of the run's folder; nil until the first step is done, so that options which training refuses leave nothing behind.
    private var log: RunLog?
    /// What the folder's history begins with, of a run that goes on.
    private let earlier: [HistoryLine]
    /// Optimizer steps done.
    private var iterations: Int
    private let probe: NetworkProbe?
    private let rate: StatisticsRate
    private let stepsPerEpoch: Int
    /// Of the whole run.
    private let steps: Int
    /// The first step of this part of the run, and when it was done.
    private var first: (iteration: Int, time: ContinuousClock.Instant)?
    private let clock = ContinuousClock()
    private let started: ContinuousClock.Instant
    /// Time that statistics have taken, and how often they were.
    private var spent = Duration.zero
    private var looks = 0
    /// The next step after which the network is looked at.
    private var next: Int?
    private var lastStep: ContinuousClock.Instant
    private var evaluating = Duration.zero
    /// What the model gave for the test data when they were last measured.
    private var outputs: HostArray?
    public let wantsOutputs: Bool
    private var preparing = Duration.zero

    /// Epochs are cut into so many parts at least, where statistics are automatic.
    private static let partsOfEpoch = 4
    private static let share = 0.01
    private static let allowance = Duration.milliseconds(4)
    /// A run keeps the losses of about so many steps.
    private static let stepLimit = 300
    /// More outputs than these are computed at the end, rather than kept after every epoch.
    private static let outputLimit = 1 << 22
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
        self.rate = rate
        stepsPerEpoch = options.stepsPerEpoch(of: train.count)
        steps = stepsPerEpoch * max(1, options.epochs)
        stepInterval = max(1, steps / Self.stepLimit)
        wantsOutputs = (settings.data.testCount ?? 0) * compiled.model.outputShape.elementCount <= Self.outputLimit
        record = RunRecord(name: name, settings: settings)
        self.folder = folder
        iterations = point.iterations
        // A run that is new has a folder without one.
        earlier = point.iterations > 0 ? (try? folder?.read())?.lines(upTo: point.iterations) ?? [] : []
        for line in earlier { record.add(line) }
        probe = if rate == .never { nil } else { try NetworkProbe(compiled, train) }
        if let probe {
            if point.iterations == 0 {
                // The running statistics of batchNorm say nothing yet, so that those of the batch take their place.
                let hasStatistics = compiled.model.variables.contains { !$0.isTrainable }
                let first = hasStatistics ? try NetworkProbe(compiled, train, mode: .training) : probe
                let (loss, layers) = try first.lookAtLayers()
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
        iterations = progress.iterations
        if first == nil { first = (iterations, clock.now) }
        begin()
        try look(progress.iterations)
        write { (log) throws(FormatError) in try log.writeIfDue() }
        lastStep = clock.now
        return .proceed
    }

    public func tested(_ outputs: HostArray, of model: CompiledModel) { self.outputs = outputs }

    public func finished(_ epoch: History.Epoch, of model: CompiledModel) -> Decision {
        evaluating += clock.now - lastStep
        keep(HistoryLine(epoch: epoch))
        lastStep = clock.now
        return .proceed
    }

    /// Takes statistics where they are due, and gets ready for the step before the next ones.
    private func look(_ iteration: Int) throws(TrainingError) {
        guard let probe, let due = next else { return }
        var began = clock.now
        if iteration == due {
            let (loss, layers) = try probe.lookAtLayers()
            keep(HistoryLine(statistics: NetworkStatistics(
                iteration: iteration, epoch: Double(iteration) / Double(stepsPerEpoch), loss: loss, layers: layers,
                parameters: try probe.lookAtParameters())))
        }
        if iteration >= due {
            spent += clock.now - began
            began = clock.now
            looks += 1
            next = following(iteration)
        }
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
        case .automatic: iteration + max(1, stepsPerEpoch / Self.partsOfEpoch, stepsBetweenLooks(after: iteration))
        case .never: .max
        }
    }

    /// Spreads what may be spent over the rest of the run, by what a step and a look have taken so far.
    private func stepsBetweenLooks(after iteration: Int) -> Int {
        guard let first, iteration > first.iteration else { return 0 }
        let step = max(.zero, clock.now - first.time - spent) / (iteration - first.iteration)
        let left = Self.allowance + step * Double(steps - first.iteration) * Self.share - spent
        let affordable = max(1, Int(left / max(spent / max(1, looks), .microseconds(1))))
        // The end is looked at in any case.
        return max(0, steps - iteration) / (affordable + 1)
    }

    private var isAffordable: Bool { spent < Self.allowance + (clock.now - started) * Self.share }

    private func keep(_ line: HistoryLine) {
        record.add(line)
        write { (log) throws(FormatError) in try log.add(line) }
    }

    /// Makes the files of the folder, with what is known already.
    private func begin() {
        guard let folder, log == nil, failure == nil else { return }
        let known = record.lines(upTo: .max).dropFirst(earlier.count)
        do throws(FormatError) {
            let log = try RunLog(folder, record.settings, earlier: earlier)
            self.log = log
            for line in known { try log.add(line) }
        } catch {
            failure = error
        }
    }

    private func write(_ body: (RunLog) throws(FormatError) -> Void) {
        guard let log, failure == nil else { return }
        do throws(FormatError) { try body(log) } catch { failure = error }
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
        case .notFinite?, .diverged?: RunOutcome(.notFinite, message: error?.description)
        case let other?: RunOutcome(.failed, message: other.description)
        }
        if case .notFinite(_, let step, _, _)? = error { forget(after: step - 1) }
        outcome.iterations = iterations
        outcome.kept = kept
        outcome.test = kept?.test ?? record.epochs.last?.test
        // A device that has failed is not asked any more.
        if outcome.state != .failed { try look(atTheEndOf: &outcome, test) }
        let training = record.epochs.reduce(0) { $0 + $1.seconds }
        let phases: [(String, Double?)] = [
            ("loading the data", loading), ("first look at the network", preparing.inSeconds),
            ("training steps", training - spent.inSeconds), ("statistics", spent.inSeconds), ("evaluation", evaluating.inSeconds),
        ]
        outcome.phases = phases.compactMap { name, seconds in seconds.map { RunOutcome.Phase(name: name, seconds: max(0, $0)) } }
        record.outcome = outcome
        if error == nil { begin() }
        write { (log) throws(FormatError) in try log.end(record.settings, outcome) }
    }

    /// Drops what was recorded between a step that failed and the host's noticing it: the weights did not change any more.
    private func forget(after iteration: Int) {
        iterations = iteration
        record.drop(after: iteration)
        write { (log) throws(FormatError) in try log.rewrite(record.lines(upTo: iteration)) }
    }

    private func look(atTheEndOf outcome: inout RunOutcome, _ test: DataSet?) throws(TrainingError) {
        if let probe, let last = record.statistics.last, last.iteration < iterations {
            let (loss, layers) = try probe.lookAtLayers()
            keep(HistoryLine(statistics: NetworkStatistics(
                iteration: iterations, epoch: Double(iterations) / Double(stepsPerEpoch), loss: loss, layers: layers, parameters: [])))
        }
        let weights = try compiled.weights()
        outcome.weightsSHA256 = CompiledModel.sha256(of: weights)
        if let test { outcome.add(try outputs(outcome.kept, for: test), for: test) }
        outcome.filters = Filters.images(of: weights.first?.array, sample: Shape(record.settings.data.sampleShape)).map(EncodedImage.init)
    }
}

extension RunRecorder {
    /// What the model gives for the test data with the weights that it ends with.
    private func outputs(_ kept: History.Kept?, for test: DataSet) throws(TrainingError) -> HostArray {
        // Those of the last measurement, unless the run went on from there or other weights took their place.
        guard let outputs, kept == nil, let last = record.epochs.last, last.iterations == iterations, outputs.shape[0] == test.count
        else { return try compiled.predict(test) }
        return outputs
    }
}
