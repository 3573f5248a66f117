import MartletBackend
import MartletCore
import MartletData
import MartletFormats
import MartletGraph
import MartletNN
import MartletOps

/// How `fit` trains.
public struct FitOptions: Sendable {
    /// Epochs in the whole run, those before a resumption included.
    public var epochs = 10
    /// Samples in a batch; the last one of an epoch may be smaller.
    public var batchSize = 64
    /// Leaves out the last, smaller batch of an epoch.
    public var dropsLast = false
    /// Visits the samples of a data set in a new order every epoch. A source has an order of its own.
    public var shuffles = true
    /// How the learning rate goes through the run; the optimizer's is its base.
    public var schedule = Schedule.constant
    /// Batches whose gradients are added up for one step. Equal to the batch that is so many times as large, up to rounding, where
    /// nothing depends on the batch itself (batchNorm does, and so do class weights).
    public var accumulation = 1
    /// What large weights add to the loss.
    public var penalty = Penalty.none
    /// Draws the samples of an epoch by the weights of their classes; nil for every sample once.
    public var sampling: ClassSampling?
    /// Ends the run by the validation data; nil for the number of epochs alone.
    public var earlyStopping: EarlyStopping?
    /// The model ends with the weights of the epoch that was best by this number of the validation data.
    public var keepsBest: Monitor?
    /// The model ends with averaged weights.
    public var averaging: WeightAveraging?
    /// The weights at the end of the schedule's last so many cycles are kept, for an ensemble (`CompiledModel.snapshots`).
    public var snapshots: Int?
    /// How images are changed at random, every time they are seen; never in evaluation.
    public var augmentation = Augmentation.none
    /// What is frozen, until when, and what learns more slowly.
    public var parameters = ParameterRules.none
    /// Where to write a checkpoint, at the end of every epoch and when interrupted.
    public var checkpoint: String?
    /// Writes one after every so many iterations as well.
    public var checkpointEvery: Int?
    /// What a checkpoint says of the data; nil for what the training data say themselves.
    public var dataDescription: DataDescription?
    /// What a checkpoint carries beside the training itself; given back on resumption.
    public var notes: [String: String] = [:]

    /// Ten epochs in batches of 64 at the optimizer's rate, and nothing else.
    public init() {}

    /// Optimizer steps in an epoch of so many samples.
    package func stepsPerEpoch(of count: Int) -> Int {
        StepSequence(Batches(count: count, size: max(1, batchSize), dropLast: dropsLast), accumulating: accumulation).steps
    }
}

extension CompiledModel {
    /// Trains.
    ///
    /// - Parameters:
    ///   - train: a data set, or a source of samples, whose order is its own: it is not shuffled.
    ///   - validation, test: measured after every epoch; they change nothing, unless the loss on them is not finite.
    ///   - point: where to go on, from `restore(_:)`.
    ///   - callbacks: told of every step and epoch, in this order.
    /// - Throws: `notFinite` where a loss or gradient is not finite, with the weights as before that step; `diverged` where an
    ///   update has left weights that are not finite, or the loss on validation or test data is not, with those weights and no
    ///   checkpoint of them; `interrupted` where a callback asks for it or the task is cancelled, with the weights of the last step.
    public func fit(
        _ train: any SampleSource, validation: (any SampleSource)? = nil, test: (any SampleSource)? = nil,
        options: FitOptions = FitOptions(), from point: TrainingPoint = TrainingPoint(), callbacks: [any Callback] = []
    ) throws(TrainingError) -> History {
        try TrainingRun(self, train, validation, test, options, point, try CallbackList(callbacks)).run()
    }

    /// Trains for some epochs in batches of a size.
    public func fit(
        _ train: any SampleSource, validation: (any SampleSource)? = nil, epochs: Int, batchSize: Int = 64, callbacks: [any Callback] = []
    ) throws(TrainingError) -> History {
        var options = FitOptions()
        options.epochs = epochs
        options.batchSize = batchSize
        return try fit(train, validation: validation, options: options, callbacks: callbacks)
    }
}

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

/// One call of `fit`.
final class TrainingRun {
    private let owner: CompiledModel
    private let train: any SampleSource
    private var options: FitOptions
    private let steps: StepSequence
    private var batches: Batches { steps.batches }
    private let draw: WeightedDraw?
    private let kept: KeptWeights
    private let snapshots: SnapshotKeeper?
    private let weightScan: WeightScan
    private let samples: DeviceSamples
    /// Sums of gradients, where several batches make a step.
    private let accumulated: (any Buffer)?
    /// Of the epochs that freeze the same parameters.
    private var runner: BatchRunner
    private let validation: Evaluator?
    private let test: Evaluator?
    private let validationData: (any SampleSource)?
    private let testData: (any SampleSource)?
    private var point: TrainingPoint
    private var callbacks: CallbackList
    private var losses: StepLosses
    private var schedule: ResolvedSchedule
    private var plateau: ReduceOnPlateau?
    private let clock = ContinuousClock()

    /// The host looks at metrics and health this often: news are not old, and the device hardly notices.
    private static let lookInterval = Duration.seconds(1)

    init(
        _ owner: CompiledModel, _ train: any SampleSource, _ validation: (any SampleSource)?, _ test: (any SampleSource)?,
        _ options: FitOptions, _ point: TrainingPoint, _ callbacks: CallbackList
    ) throws(TrainingError) {
        self.owner = owner
        self.callbacks = callbacks
        losses = StepLosses(owner.session)
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
        try options.check(validation, for: owner)
        guard options.penalty == .none || owner.measures.count < Session.metricLimit else {
            throw .badOption("the penalty needs a sum beside the \(owner.measures.count) of the loss and metrics, and a step has at most \(Session.metricLimit)")
        }
        if let every = options.checkpointEvery, every < 1 {
            throw .badOption("a checkpoint can be written every 1 or more iterations, not \(every)")
        }
        for data in [train, validation, test].compactMap({ $0 }) { try owner.check(data) }
        let batches = Batches(count: train.count, size: options.batchSize, dropLast: options.dropsLast)
        let steps = StepSequence(batches, accumulating: options.accumulation)
        self.steps = steps
        let length = RunLength(iterationsPerEpoch: steps.steps, epochs: options.epochs)
        schedule = options.schedule.resolved(for: length)
        snapshots = try SnapshotKeeper(options, schedule, length)
        plateau = try owner.plateau(of: schedule, validation: validation, point)
        if let path = options.checkpoint { try wrap { () throws(FormatError) in try File.checkWritable(path) } }

        let format = train.format
        if options.augmentation != .none, !format.isImages {
            throw .badOption(
                "only images of bytes can be augmented, and the samples of '\(format.name)' are \(format.sample.shape) of \(format.sample.dtype.rawValue)")
        }
        try options.parameters.check(owner.model)
        let draw = try options.sampling.map { (sampling) throws(TrainingError) in
            guard let data = train as? DataSet else {
                throw .badOption("the source '\(format.name)' gives samples in an order of its own, and sampling by class needs a data set")
            }
            let rows = try sampling.draw(from: data)
            return (rows, try wrap { () throws(DeviceError) in
                try owner.device.makeBuffer(.int32, count: train.count, purpose: "the rows of an epoch")
            })
        }
        self.draw = draw?.0
        samples = try owner.samples(of: train, largestBatch: batches.sizes[0], drawn: draw?.1)
        accumulated = try wrap { () throws(DeviceError) in
            options.accumulation == 1
                ? nil : try owner.device.makeBuffer(.float32, count: owner.session.parameters.total, purpose: "sums of gradients")
        }
        runner = try owner.steps(over: samples, of: train, steps, options, epoch: point.epochsDone + 1, accumulated)
        kept = try KeptWeights(owner, options, from: point)
        weightScan = try wrap { () throws(DeviceError) in try WeightScan(owner.session) }
        if snapshots == nil || point.iterations == 0 { owner.snapshots = [] }
        // Evaluation waits for training, and so needs no memory of its own beside it.
        let measured = kept.measured
        self.validation = if let validation {
            try Evaluator(owner, validation, sharing: runner.workspaces, weights: measured)
        } else { nil }
        self.test = if let test {
            try Evaluator(
                owner, test, keepsOutputs: callbacks.wantsOutputs, sharing: runner.workspaces, weights: measured)
        } else { nil }
        (validationData, testData) = (validation, test)
    }

    /// Goes back to the beginning, with another number of epochs.
    func rewind(epochs: Int, _ callbacks: CallbackList) {
        (point, options.epochs, self.callbacks) = (TrainingPoint(), epochs, callbacks)
        losses = StepLosses(owner.session)
        schedule = options.schedule.resolved(for: RunLength(iterationsPerEpoch: steps.steps, epochs: epochs))
        plateau = schedule.plateau
    }

    func run() throws(TrainingError) -> History {
        // A run that is resumed in the middle of an epoch has its metrics on the device already.
        if point.batchesDone == 0 { try wrap { () throws(DeviceError) in try owner.session.resetMetrics() } }
        while point.epochsDone < options.epochs, options.earlyStopping?.isOver(point.stopping) != true {
            let asked = try trainEpoch()
            if point.batchesDone < batches.count { break }
            let finished = try measureEpoch()
            if let number = plateau.flatMap({ finished.validation.flatMap($0.improvement.monitor.value) }) {
                plateau?.report(number)
                point.plateau = plateau?.state
            }
            if let stopping = options.earlyStopping, let number = finished.validation.flatMap(stopping.monitor.value) {
                var state = point.stopping ?? EarlyStopping.State()
                stopping.report(number, &state)
                point.stopping = state
            }
            try wrap { () throws(DeviceError) in try kept.finished(finished, &point) }
            try snapshots?.finished(finished.epoch, of: owner)
            point.history.epochs.append(finished)
            point.epochsDone += 1
            point.batchesDone = 0
            point.secondsInEpoch = 0
            let decision = max(asked, try callbacks.finished(finished, of: owner))
            try wrap { () throws(DeviceError) in try owner.session.resetMetrics() }
            try save()
            if decision == .finish || point.epochsDone == options.epochs { break }
            if decision == .interrupt || Task.isCancelled { throw interrupted(in: point.epochsDone) }
        }
        try conclude()
        return point.history
    }

    /// Leaves the model with the weights that were asked for. A checkpoint has those of the last step, so that more epochs may
    /// follow.
    private func conclude() throws(TrainingError) {
        point.history.stoppedEarly = options.earlyStopping.map { $0.isOver(point.stopping) }
        guard var outcome = try kept.conclude(point, recalibrate: { () throws(TrainingError) in
            try owner.recalibrate(train, batches)
        }) else { return }
        if case .stochastic? = options.averaging {
            outcome.validation = try validationData.map { (data) throws(TrainingError) in try owner.evaluate(data) }
            outcome.test = try testData.map { (data) throws(TrainingError) in try owner.evaluate(data) }
        } else {
            let epoch = point.history.epochs[outcome.epoch - 1]
            (outcome.validation, outcome.test) = (epoch.validation, epoch.test)
        }
        point.history.kept = outcome
    }

    /// - Returns: what was decided, `proceed` or `finish`; in the middle of the epoch only `finish`.
    private func trainEpoch() throws(TrainingError) -> Decision {
        let epoch = point.epochsDone + 1
        let before = point.secondsInEpoch
        let started = clock.now
        if options.parameters.changes(at: epoch) {
            runner = try owner.steps(
                over: samples, of: train, steps, options, epoch: epoch, accumulated, sharing: runner.workspaces)
        }
        var lastLook = started
        var lastLoss: Double?
        var outcome = Decision.proceed
        var step = StepParameters(seed: owner.seed)
        step.sampleCount = train.count
        step.shuffleKey = options.shuffles && draw == nil ? ShuffledOrder(count: train.count, seed: owner.seed, epoch: epoch).key : nil
        if point.batchesDone < batches.count {
            try runner.begin(
                epoch: epoch, from: samples(until: point.batchesDone), drawn: draw?.rows(seed: owner.seed, epoch: point.epochsDone))
        }

        while point.batchesDone < batches.count {
            let batch = batches[point.batchesDone]
            // Masks and augmentation are new in every batch, and not only in every step.
            step.step = UInt32(truncatingIfNeeded: point.epochsDone * batches.count + point.batchesDone)
            step.batchStart = batch.start
            owner.optimizer.setScalars(
                of: &step, iteration: point.iterations + 1, rate: rate(at: point.iterations),
                momentum: schedule.momentum(at: point.iterations))
            let plan = steps.plan(point.batchesDone)
            if callbacks.timesLaunches {
                let spans = try runner.runTimed(plan, count: batch.count, step)
                callbacks.timed(TimedStep(
                    epoch: epoch, iteration: point.iterations + 1, batchSize: batch.count, launches: runner.launches[plan], spans: spans))
            } else {
                try runner.run(plan, count: batch.count, step)
            }
            point.batchesDone += 1
            // Between the batches of a step there is nothing to be kept.
            guard steps.endsStep(point.batchesDone - 1) else { continue }
            try wrap { () throws(DeviceError) in try kept.stepped() }
            point.iterations += 1
            owner.iterations = point.iterations
            if callbacks.wantsLoss(of: point.iterations) {
                try wrap { () throws(DeviceError) in
                    try losses.ask(
                        epoch: epoch, iteration: point.iterations, samples: batch.count, learningRate: rate(at: point.iterations - 1))
                }
            }

            let now = clock.now
            if now - lastLook >= Self.lookInterval {
                try checkHealth(epoch)
                let sums = try wrap { () throws(DeviceError) in try owner.session.metrics(1) }
                lastLoss = sums[0] / Double(samples(until: point.batchesDone))
                lastLook = clock.now
            }
            let progress = Progress(
                epoch: epoch, epochs: options.epochs, batch: point.batchesDone, batches: batches.count,
                iterations: point.iterations, loss: lastLoss)
            var decision = max(try deliverLosses(due: point.iterations), try callbacks.progressed(progress, of: owner))
            if Task.isCancelled { decision = .interrupt }
            point.secondsInEpoch = before + seconds(clock.now - started)
            if decision == .interrupt || decision == .finish && point.batchesDone < batches.count {
                return try stop(decision, in: epoch)
            }
            outcome = max(outcome, decision)
            if let every = options.checkpointEvery, point.iterations % every == 0 {
                // After a value that is not finite, counters would go on and weights not: no such file over a good one.
                try checkWeights(epoch)
                try save()
            }
        }
        outcome = max(outcome, try deliverLosses(due: nil))
        if outcome == .interrupt { return try stop(outcome, in: epoch) }
        try checkHealth(epoch)
        point.secondsInEpoch = before + seconds(clock.now - started)
        try checkWeights(epoch)
        return outcome
    }

    /// Leaves an epoch with a checkpoint, once everybody has had the losses of the steps that were done.
    private func stop(_ decision: Decision, in epoch: Int) throws(TrainingError) -> Decision {
        _ = try deliverLosses(due: nil)
        try checkWeights(epoch)
        try save()
        if decision == .interrupt { throw interrupted(in: epoch) }
        return decision
    }

    /// Hands out the losses that are due when so many steps have been enqueued; all with nil.
    private func deliverLosses(due iteration: Int?) throws(TrainingError) -> Decision {
        var decision = Decision.proceed
        while let loss = try wrap({ () throws(DeviceError) in try losses.next(due: iteration) }) {
            decision = max(decision, try callbacks.received(loss))
        }
        return decision
    }

    private func interrupted(in epoch: Int) -> TrainingError {
        .interrupted(epoch: epoch, step: point.iterations, checkpoint: options.checkpoint)
    }

    private func measureEpoch() throws(TrainingError) -> History.Epoch {
        let sums = try wrap { () throws(DeviceError) in
            try owner.session.metrics(owner.measures.count + (options.penalty == .none ? 0 : 1))
        }
        let count = batches.samples
        let trained = owner.measures.evaluation(sums, count: count, targets: (train as? DataSet)?.targets)
        let validated = try validation?.run().evaluation
        let outcome = try test?.run()
        let tested = outcome?.evaluation
        for (measured, part) in [(validated, "validation"), (tested, "test")] where measured?.loss.isFinite == false {
            throw diverged("the loss on the \(part) data", in: point.epochsDone + 1)
        }
        if let outputs = outcome?.outputs { try callbacks.tested(outputs, of: owner) }
        return History.Epoch(
            epoch: point.epochsDone + 1, iterations: point.iterations, train: trained,
            penalty: options.penalty == .none ? nil : sums[owner.measures.count] / Double(count), validation: validated,
            test: tested, seconds: point.secondsInEpoch,
            samplesPerSecond: Double(count) / max(point.secondsInEpoch, 1e-9),
            learningRate: rate(at: point.iterations - 1),
            momentum: owner.optimizer.momentumPlace == nil ? nil : schedule.momentum(at: point.iterations - 1))
    }

    /// The learning rate of an iteration, from 0.
    private func rate(at iteration: Int) -> Double {
        let rate = schedule.rate(at: iteration, base: owner.optimizer.learningRate)
        return plateau?.applied(to: rate) ?? rate
    }

    private func checkHealth(_ epoch: Int) throws(TrainingError) {
        guard let failure = try wrap({ () throws(DeviceError) in try owner.session.firstFailure() }) else { return }
        let (epochs, batch) = failure.step.quotientAndRemainder(dividingBy: batches.count)
        if let problem = owner.loss.problem(ofBatch: labels(ofBatch: batch, epoch: epochs + 1), "batch \(batch + 1) of epoch \(epochs + 1)") {
            throw .unsuitableData(problem)
        }
        let iteration = epochs * steps.steps + steps.stepsDone(after: batch)
        throw .notFinite(epoch: epochs + 1, step: iteration + 1, value: failure.value, learningRate: rate(at: iteration))
    }

    /// Of a data set; empty for others.
    private func labels(ofBatch batch: Int, epoch: Int) -> [Int32] {
        guard let labels = (train as? DataSet)?.labels, !labels.isEmpty else { return [] }
        let drawn = draw?.rows(seed: owner.seed, epoch: epoch - 1)
        let order = ShuffledOrder(count: train.count, seed: owner.seed, epoch: epoch)
        return (batches[batch].start ..< batches[batch].start + batches[batch].count).map { place in
            labels[drawn.map { Int($0[place]) } ?? (options.shuffles ? order[place] : place)]
        }
    }

    /// Before weights are measured or written: the update of the last step may have left what no step has looked at yet.
    private func checkWeights(_ epoch: Int) throws(TrainingError) {
        try checkHealth(epoch)
        guard let name = try wrap({ () throws(DeviceError) in try weightScan.firstFailure() }) else { return }
        throw diverged("the weight \(name)", in: epoch)
    }

    private func diverged(_ value: String, in epoch: Int) -> TrainingError {
        .diverged(epoch: epoch, step: point.iterations, value: value, learningRate: rate(at: point.iterations - 1))
    }

    private func save() throws(TrainingError) {
        guard let path = options.checkpoint else { return }
        try owner.writeCheckpoint(to: path, at: point, options: options, data: train)
    }

    private func samples(until batch: Int) -> Int { batch == 0 ? 0 : batches[batch - 1].start + batches[batch - 1].count }
}

extension CompiledModel {
    /// The steps of an epoch, from 1, prepared on the device.
    /// - Parameter lent: workspaces of plans that run at other times.
    fileprivate func steps(
        over samples: DeviceSamples, of data: any SampleSource, _ steps: StepSequence, _ options: FitOptions, epoch: Int,
        _ accumulated: (any Buffer)?, sharing lent: [any Buffer] = []
    ) throws(TrainingError) -> BatchRunner {
        let graphs = StepGraphs(
            model, data, augmentation: options.augmentation, isStreamed: samples.isStreamed, isDrawn: options.sampling != nil)
        let plans = try wrap { () throws(ShapeError) in
            var plans: [Plan] = []
            for kind in steps.kinds { plans.append(try trainingPlan(graphs, kind, options, epoch: epoch)) }
            return plans
        }
        return try wrap { () throws(DeviceError) in
            // What is frozen gets no gradient, and must not keep an old one.
            if options.parameters != .none { try session.resetGradients() }
            return try samples.prepare(
                plans, constants: try session.residents(of: loss), sharing: lent,
                over: accumulated.map { [.accumulatedGradients: $0] } ?? [:])
        }
    }
}

private func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}

extension Optimizer {
    /// Sets a step's scalars; iterations count from 1. A momentum takes the place of the optimizer's, where that has one.
    func setScalars(of step: inout StepParameters, iteration: Int, rate: Double, momentum: Double? = nil) {
        var settings = settings
        if let momentum, let place = momentumPlace { settings[place] = momentum }
        step.setScalars(of: rule, iteration: iteration, rate: rate, weightDecay: weightDecay, settings: settings)
    }
}
