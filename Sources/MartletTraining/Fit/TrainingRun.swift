import MartletBackend
import MartletData
import MartletFormats
import MartletGraph
import MartletNN
import MartletOps

/// One call of `fit`.
final class TrainingRun {
    let owner: CompiledModel
    let train: any SampleSource
    var options: FitOptions
    let steps: StepSequence
    var batches: Batches { steps.batches }
    let draw: WeightedDraw?
    let kept: KeptWeights
    let snapshots: SnapshotKeeper?
    let weightScan: WeightScan
    let samples: DeviceSamples
    /// Sums of gradients, where several batches make a step.
    let accumulated: (any Buffer)?
    /// Of the epochs that freeze the same parameters.
    var runner: BatchRunner
    let validation: Evaluator?
    let test: Evaluator?
    let validationData: (any SampleSource)?
    let testData: (any SampleSource)?
    var point: TrainingPoint
    var callbacks: CallbackList
    var losses: StepLosses
    var schedule: ResolvedSchedule
    var plateau: ReduceOnPlateau?
    let clock = ContinuousClock()

    /// The host looks at metrics and health this often: news are not old, and the device hardly notices.
    static let lookInterval = Duration.seconds(1)

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
        do throws(TrainingError) {
            return try trained()
        } catch {
            // The losses of the last steps say why it failed.
            switch error {
            case .notFinite, .diverged: _ = try? deliverLosses(due: nil)
            default: break
            }
            throw error
        }
    }

    private func trained() throws(TrainingError) -> History {
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
    func conclude() throws(TrainingError) {
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

    /// The learning rate of an iteration, from 0.
    func rate(at iteration: Int) -> Double {
        let rate = schedule.rate(at: iteration, base: owner.optimizer.learningRate)
        return plateau?.applied(to: rate) ?? rate
    }

    func save() throws(TrainingError) {
        guard let path = options.checkpoint else { return }
        try owner.writeCheckpoint(to: path, at: point, options: options, data: train)
    }

    func samples(until batch: Int) -> Int { batch == 0 ? 0 : batches[batch - 1].start + batches[batch - 1].count }
}
