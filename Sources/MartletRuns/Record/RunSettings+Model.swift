import FoundationEssentials
import MartletData
import MartletNN
import MartletTraining

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
