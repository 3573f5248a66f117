import Martlet

/// What `martlet_model_train` is asked for, with every option decided as the command would.
struct TrainingRequest {
    let loss: Loss
    let optimizer: Optimizer
    let decaysAll: Bool
    let seed: UInt64
    let options: OptionReader
    private let validation: Double?

    private static let lossSettings = Set(Loss.Kind.allCases.flatMap { Loss($0).settingNames }).sorted()
    private static let names = [
        "activation", "batch-norm", "dropout", "loss", "optimizer", "learning-rate", "weight-decay", "decay-all", "set",
        "clip-norm", "clip-norm-kind", "clip-value", "epochs", "batch-size", "drop-last", "seed", "validation", "classes",
        "feature-divisor", "schedule", "accumulate", "sampling", "l1", "l2", "early-stopping", "min-delta", "keep-best", "monitor", "ema",
        "swa",
    ] + lossSettings

    init(options text: String) throws {
        let options = try OptionReader(text, known: Self.names)
        self.options = options
        var loss = try Loss(named: try options.string("loss") ?? "cross_entropy")
        for setting in Self.lossSettings {
            if let values = try options.numbers(setting) { try loss.set(setting, values) }
        }
        self.loss = loss
        var optimizer = try Optimizer(
            named: try options.string("optimizer") ?? "adam", learningRate: try options.number("learning-rate"),
            weightDecay: try options.number("weight-decay") ?? 0)
        for (name, value) in try options.table("set") { try optimizer.set(name, value) }
        optimizer.clipping = try Self.clipping(options)
        self.optimizer = optimizer
        decaysAll = try options.flag("decay-all")
        let seed = try options.integer("seed") ?? 0
        guard seed >= 0 else { throw CallError.expected("at least 0", found: "\(seed)", of: "the option 'seed'") }
        self.seed = UInt64(seed)
        validation = try options.number("validation")
    }

    private static func clipping(_ options: OptionReader) throws -> GradientClipping {
        let (norm, value) = (try options.number("clip-norm"), try options.number("clip-value"))
        let kinds = GradientClipping.Norm.allCases.map(\.rawValue)
        let name = try options.string("clip-norm-kind")
        guard let kind = GradientClipping.Norm(rawValue: name ?? "l2") else {
            throw CallError.usage(unknownName("norm", name ?? "", known: kinds))
        }
        guard norm != nil || name == nil else { throw CallError.usage("the option 'clip-norm-kind' needs 'clip-norm'") }
        return GradientClipping(value: value, norm: norm, kind: kind)
    }

    /// The data of the caller, in the part to train on and the one held out.
    func data(_ features: HostArray, _ targets: HostArray) throws -> (train: DataSet, validation: DataSet?) {
        let divisor = Float(try options.number("feature-divisor") ?? (features.dtype == .uint8 ? 255 : 1))
        let data = try DataSet(
            features: features, divisor: divisor, targets: targets, task: loss.task, classes: try options.integer("classes"))
        guard let share = validation else { return (data, nil) }
        guard let (kept, held) = data.divided(holdingOut: share, seed: seed) else {
            throw CallError.expected(
                "a share that leaves at least one of \(data.count) samples on both sides", found: "\(share)", of: "the option 'validation'")
        }
        return (kept, held)
    }

    /// The model of a description, for these data.
    func model(_ description: String, for data: DataSet) throws -> Model {
        if description.first(where: { !$0.isWhitespace }) == "{" {
            for name in ["activation", "batch-norm", "dropout"] where options[name] != nil {
                throw CallError.usage("the option '\(name)' does not go with a description in JSON, which says it itself; leave it out")
            }
            return try Model(json: description)
        }
        let (named, argument): (NamedModel, String?)
        do {
            (named, argument) = try NamedModel.parse(description)
        } catch {
            throw CallError.usage("description: \(error), or a JSON object")
        }
        let settings: [(option: String, setting: NamedModel.Setting)] = [
            ("activation", .activation), ("batch-norm", .batchNorm), ("dropout", .dropout),
        ]
        for (option, setting) in settings where options[option] != nil && !named.settings.contains(setting) {
            throw CallError.usage("the option '\(option)' does not go with '\(named.name)', which is as it is; leave it out")
        }
        var request = NamedModel.Request(input: data.featureShape, outputs: try loss.outputCount(for: data))
        request.argument = argument
        request.activation = try activation()
        request.batchNorm = try options.flag("batch-norm")
        request.dropout = try dropout()
        do {
            return try named.build(request)
        } catch let error as ModelNameError {
            throw CallError.usage("description: \(error)")
        }
    }

    private func activation() throws -> String {
        let activation = try options.string("activation") ?? "relu"
        guard PointwiseFunction.activationNames.contains(activation) else {
            throw CallError.usage(unknownName("activation", activation, known: PointwiseFunction.activationNames))
        }
        return activation
    }

    private func dropout() throws -> Float {
        let dropout = try options.number("dropout") ?? 0
        guard dropout >= 0, Float(dropout) < 1 else {
            throw CallError.expected("at least 0 and below 1", found: "\(dropout)", of: "the option 'dropout'")
        }
        return Float(dropout)
    }

    func fitOptions(for data: DataSet) throws -> FitOptions {
        var fit = FitOptions()
        fit.epochs = try options.integer("epochs") ?? 10
        fit.batchSize = try options.integer("batch-size") ?? min(64, data.count)
        fit.dropsLast = try options.flag("drop-last")
        try setMethod(of: &fit, for: data)
        guard fit.epochs <= Int(Int32.max) else {
            throw CallError.expected("at most \(Int32.max)", found: "\(fit.epochs)", of: "the option 'epochs'")
        }
        return fit
    }
}
