import Martlet

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
    let initial: ModelFile?

    init(data: DataOptions, model modelOptions: ModelOptions, training: TrainingOptions) throws {
        let checkpoint = if let path = training.resume { try Checkpoint.read(path) } else { Checkpoint?.none }
        self.checkpoint = checkpoint
        let settings = checkpoint?.settings
        let notes = checkpoint?.notes ?? [:]

        guard training.load == nil || checkpoint == nil else {
            throw TrainingError.badOption("--load and --resume both give the weights; leave one of them out")
        }
        initial = if let path = training.load { try ModelFile.read(path) } else { nil }

        seed = training.seed ?? settings?.seed ?? 0
        let loss = try training.lossSettings.loss(named: training.loss, otherwise: checkpoint?.file.loss ?? initial?.loss)
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
        let splits = try source.load(
            label: label, task: loss.task, seed: seed, request: try data.imageRequest(otherwise: notes["imageSize"]),
            normalisation: normalisation)
        var description = DataDescription(splits)
        if case .csv = source { description.label = label }
        if source.isDivided { description.splitSeed = seed }
        self.description = description
        let validationText = training.validation ?? notes["validation"]
        residency = try training.residency.residency()
        (train, validation) = try Self.validation(validationText, splits, label, description, seed)
        test = splits.test
        self.loss = try training.lossSettings.completed(loss, for: train)

        // Model.
        if let checkpoint {
            guard !modelOptions.isGiven else {
                throw TrainingError.badOption("the model comes with the checkpoint '\(training.resume ?? "")'; leave --model, --activation, --batch-norm and --dropout out")
            }
            model = checkpoint.file.model
        } else if let initial, !modelOptions.isGiven {
            // Weights without a word about the model mean the model they were saved with.
            model = initial.model
        } else {
            model = try modelOptions.build(
                input: splits.train.featureShape, outputs: try loss.outputCount(for: splits.train))
        }

        options.epochs = training.epochs ?? notes["epochs"].flatMap { Int($0) } ?? 10
        options.batchSize = training.batchSize ?? settings?.batchSize ?? min(64, train.count)
        if let text = training.augment ?? settings?.augmentation { options.augmentation = try Augmentation(parsing: text) }
        if let schedule = try training.schedule(otherwise: settings?.schedule) { options.schedule = schedule }
        options.accumulation = training.accumulate ?? settings?.accumulation ?? 1
        options.sampling = try training.sampling(of: train, otherwise: settings?.sampling)
        try training.weights.apply(to: &options, otherwise: settings)
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
        options.notes["validation"] = validationText
        options.notes["imageSize"] = imageSize
        options.notes["normalise"] = normalisation?.rawValue
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
        return (splits.train, try description.dataSet(try DataSource.parse(text), seed: seed) { $0.test })
    }

    /// One line on what is about to be done.
    var summary: String {
        let samples = train.isImages ? "images of \(train.featureShape)" : "samples"
        let data = "\(train.name): \(train.count) training, "
            + (validation.map { "\($0.count) validation, " } ?? "") + "\(test.count) test \(samples)"
        return "\(data); \(model.parameterCount) parameters; \(optimizer.rule.name) \(optimizer.learningRate), batch \(options.batchSize)\(options.accumulation == 1 ? "" : " x \(options.accumulation)"), seed \(seed)"
            + (options.schedule == .constant ? "" : "; schedule \(options.schedule)")
            + (options.augmentation == .none ? "" : "; augmented by \(options.augmentation)")
    }

    /// The model on a device, with the weights of --load or --resume where there are any.
    func compile(on device: any Device) throws -> CompiledModel {
        let compiled = try model.compile(loss: loss, optimizer: optimizer, on: device, seed: seed, decaysAll: decaysAll)
        compiled.residency = residency
        if let file = initial ?? checkpoint?.file { try compiled.setWeights(file.weights) }
        return compiled
    }

    func train(on device: any Device, selection: BackendSelection, output: OutputOptions) throws -> TrainingResult {
        let clock = ContinuousClock()
        let started = clock.now
        let compiled = try compile(on: device)
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
        let history = try compiled.fit(
            train, validation: validation, test: test, options: options, from: point, callbacks: [bar])
        // A run without epochs still says what the model is worth.
        let evaluation = if let last = history.kept?.test ?? history.epochs.last?.test { last } else { try compiled.evaluate(test) }
        let elapsed = clock.now - started
        return TrainingResult(
            compiled: compiled, backend: device.backend, device: device.name, test: evaluation, history: history,
            weightsSHA256: try compiled.weightsSHA256(),
            totalSeconds: Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18)
    }
}
