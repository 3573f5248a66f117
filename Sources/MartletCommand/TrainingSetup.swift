import Martlet
import MartletCore

/// A training run with every option decided: from the command line, or from a checkpoint and the command line.
struct TrainingSetup {
    let model: Model
    let loss: Loss
    let optimizer: Optimizer
    let decaysAll: Bool
    let seed: UInt64
    let train: DataSet
    let validation: DataSet?
    let test: DataSet
    let description: DataDescription
    let residency: Residency
    var options = FitOptions()
    let checkpoint: Checkpoint?
    /// The weights to begin with; nil for those that are drawn.
    let transfer: WeightTransfer?
    /// What it took to read the data and settings.
    let loadingSeconds: Double

    /// Of all that decides the data.
    let dataKey: String

    /// - Parameter cache: data that runs of one process share.
    init(data: DataOptions, model modelOptions: ModelOptions, training: TrainingOptions, cache: DataCache? = nil) throws {
        let clock = ContinuousClock(), started = clock.now
        let checkpoint = if let path = training.resume { try Checkpoint.read(path) } else { Checkpoint?.none }
        self.checkpoint = checkpoint
        let settings = checkpoint?.settings
        let notes = checkpoint?.notes ?? [:]

        guard training.fineTuning.load == nil || checkpoint == nil else {
            throw TrainingError.badOption("--load and --resume both give the weights; leave one of them out")
        }
        let initial = if let path = training.fineTuning.load { try WeightFile.read(path) } else { WeightFile?.none }

        seed = training.seed ?? settings?.seed ?? 0
        let loss = try training.lossSettings.loss(named: training.loss, otherwise: checkpoint?.file.loss ?? initial?.saved?.loss)
        var optimizer = try Optimizer(
            named: training.optimizer ?? settings?.optimizer ?? "adam",
            learningRate: training.learningRate ?? settings?.learningRate,
            weightDecay: training.weightDecay ?? settings?.weightDecay ?? 0)
        if let settings, settings.optimizer == optimizer.rule.name {
            for (setting, value) in zip(optimizer.rule.settings, settings.optimizerSettings) { try optimizer.set(setting.name, value) }
        }
        try training.apply(to: &optimizer)
        optimizer.clipping = try training.clipping.clipping(otherwise: settings?.clipping)
        self.optimizer = optimizer
        decaysAll = training.decayAll || settings?.decaysAll ?? false

        // Data.
        let sourceText = data.data ?? notes["data"] ?? "digits"
        let label = data.label ?? notes["label"]
        let source = try DataSource.parse(sourceText)
        let imageSize = data.imageSize ?? notes["imageSize"]
        let normalisation = try data.normalisation(otherwise: notes["normalise"])
        let splitSeed = training.splitSeed ?? notes["splitSeed"].flatMap { UInt64($0) } ?? seed
        let validationText = training.validation ?? notes["validation"]
        let task = loss.task
        dataKey = [
            sourceText, label ?? "", "\(task)", "\(splitSeed)", imageSize ?? "", normalisation?.rawValue ?? "", validationText ?? "",
            data.keepClasses ?? "", data.perClass.map(String.init) ?? "",
        ].joined(separator: "\n")
        let prepared = try (cache ?? DataCache()).data(dataKey) {
            let whole = try source.load(
                label: label, task: task, seed: splitSeed, request: try data.imageRequest(otherwise: notes["imageSize"]),
                normalisation: normalisation)
            let splits = try data.selected(whole, seed: splitSeed, otherwise: notes)
            var description = DataDescription(splits)
            if case .csv = source { description.label = label }
            if source.isDivided { description.splitSeed = splitSeed }
            let (train, validation) = try Self.validation(validationText, splits, label, description, splitSeed)
            return DataCache.Entry(splits: splits, train: train, validation: validation, description: description)
        }
        let splits = prepared.splits
        (train, validation, test, description) = (prepared.train, prepared.validation, splits.test, prepared.description)
        residency = try training.residency.residency()
        self.loss = try training.lossSettings.completed(loss, for: train)

        // Model.
        let described: Model
        if let checkpoint {
            guard !modelOptions.isGiven else {
                throw TrainingError.badOption("the model comes with the checkpoint '\(training.resume ?? "")'; leave --model, --activation, --batch-norm and --dropout out")
            }
            described = checkpoint.file.model
        } else if let saved = initial?.saved, !modelOptions.isGiven {
            // Weights without a word about the model mean the model they were saved with.
            described = saved.model
        } else {
            guard initial == nil || modelOptions.isGiven else {
                throw TrainingError.badOption("'\(training.fineTuning.load ?? "")' has tensors and says nothing of their model; describe it with --model")
            }
            described = try modelOptions.build(
                input: splits.train.featureShape, outputs: try loss.outputCount(for: splits.train))
        }
        (model, transfer) = try training.fineTuning.start(described, from: initial)
        options.parameters = try training.fineTuning.rules(otherwise: settings?.parameters)
        try options.parameters.check(model)

        options.epochs = training.epochs ?? notes["epochs"].flatMap { Int($0) } ?? 10
        options.batchSize = training.batchSize ?? settings?.batchSize ?? min(64, train.count)
        if let text = training.augment ?? settings?.augmentation { options.augmentation = try Augmentation(parsing: text) }
        if let schedule = try training.schedule(otherwise: settings?.schedule) { options.schedule = schedule }
        options.accumulation = training.accumulate ?? settings?.accumulation ?? 1
        options.sampling = try training.sampling(of: train, otherwise: settings?.sampling)
        try training.weights.apply(to: &options, otherwise: settings)
        options.snapshots = settings?.snapshots
        options.dropsLast = training.dropLast || settings?.dropsLast ?? false
        options.checkpoint = training.checkpoint ?? training.resume
        options.checkpointEvery = training.checkpointEvery
        guard training.checkpointEvery == nil || options.checkpoint != nil else {
            throw TrainingError.badOption("--checkpoint-every needs --checkpoint FILE")
        }
        guard training.save == nil || training.save != options.checkpoint else {
            throw TrainingError.badOption("--save and --checkpoint name one file, which only one of them can have; name two")
        }
        options.dataDescription = description
        options.notes = ["data": sourceText, "epochs": "\(options.epochs)"]
        options.notes["label"] = label
        options.notes["classes"] = data.keepClasses ?? notes["classes"]
        options.notes["perClass"] = data.perClass.map(String.init) ?? notes["perClass"]
        options.notes["validation"] = validationText
        options.notes["splitSeed"] = splitSeed == seed ? nil : "\(splitSeed)"
        options.notes["imageSize"] = imageSize
        options.notes["normalise"] = normalisation?.rawValue
        loadingSeconds = (clock.now - started).inSeconds
    }

    private static func validation(
        _ text: String?, _ splits: Splits, _ label: String?, _ description: DataDescription, _ seed: UInt64
    ) throws -> (train: DataSet, validation: DataSet?) {
        guard let text else { return (splits.train, nil) }
        if let share = Double(text) {
            guard let (kept, held) = splits.train.divided(holdingOut: share, seed: seed) else {
                throw TrainingError.badOption(
                    "--validation takes a share of the training data that leaves at least one of its \(splits.train.count) samples on both sides, not \(text)")
            }
            return (kept, held)
        }
        if case .csv(let path) = try DataSource.parse(text) {
            guard let label else { throw TrainingError.badOption("--validation \(text) needs --label NAME") }
            return (splits.train, try description.dataSet(csv: path, label: label))
        }
        let data = try description.dataSet(try DataSource.parse(text), seed: seed) { $0.test }
        // Classes that were chosen are chosen here too.
        return (splits.train, data.classNames == splits.classNames ? data : try data.keeping(classes: splits.classNames))
    }

    /// One line on what is about to be done.
    var summary: String {
        let samples = train.isImages ? "images of \(train.featureShape)" : "samples"
        let data = "\(train.name): \(train.count) training, "
            + (validation.map { "\($0.count) validation, " } ?? "") + "\(test.count) test \(samples)"
        return "\(data); \(model.parameterCount) parameters; \(optimizer.rule.name) \(optimizer.learningRate), batch \(options.batchSize)\(options.accumulation == 1 ? "" : " x \(options.accumulation)"), seed \(seed)"
            + (options.schedule == .constant ? "" : "; schedule \(options.schedule)")
            + (options.augmentation == .none ? "" : "; augmented by \(options.augmentation)")
            + (options.parameters == .none ? "" : "; \(options.parameters)")
    }

    /// The model with the weights that it begins with.
    func compile(on device: any Device, seed: UInt64? = nil) throws -> CompiledModel {
        let compiled = try model.compile(loss: loss, optimizer: optimizer, on: device, seed: seed ?? self.seed, decaysAll: decaysAll)
        compiled.residency = residency
        if let transfer { try compiled.start(from: transfer) }
        return compiled
    }

    /// - Parameter seed: of weights, the order of samples and dropout, where it is not that of the run.
    func train(
        on device: any Device, log: LogOptions? = nil, output: OutputOptions, seed: UInt64? = nil, tracer: StepTracer? = nil
    ) throws -> TrainingResult {
        let clock = ContinuousClock()
        let started = clock.now
        let compiled = try compile(on: device, seed: seed)
        let point = if let checkpoint {
            try compiled.restore(checkpoint, options: options, data: train)
        } else {
            TrainingPoint()
        }
        let bar = ProgressBar(quiet: output.quiet) { epoch in
            if output.json {
                Terminal.result("\(epoch.json(backend: device.backend))")
            } else if !output.quiet {
                Terminal.note(epoch.line(of: options.epochs, showsRate: options.schedule != .constant))
            }
        }
        let recorder = try log?.recorder(compiled, self, from: point)
        var callbacks: [any Callback] = [bar]
        if let tracer { callbacks.append(TracingCallback(tracer, of: device.name)) }
        if let recorder { callbacks.append(recorder) }
        let history: History
        do throws(TrainingError) {
            history = try compiled.fit(
                train, validation: validation, test: test, options: options, from: point, callbacks: callbacks)
        } catch {
            // What went wrong is what a record is read for.
            if let log, let recorder { try log.finish(recorder, error, self, quiet: output.quiet) }
            throw error
        }
        if let log, let recorder { try log.finish(recorder, nil, kept: history.kept, self, quiet: output.quiet) }
        // A run without epochs still says what the model is worth.
        let evaluation = if let last = history.kept?.test ?? history.epochs.last?.test { last } else { try compiled.evaluate(test) }
        let elapsed = clock.now - started
        return TrainingResult(
            compiled: compiled, transfer: transfer, backend: device.backend, device: device.name, test: evaluation, history: history,
            weightsSHA256: try recorder?.record.outcome?.weightsSHA256 ?? compiled.weightsSHA256(),
            totalSeconds: elapsed.inSeconds)
    }
}
