import MartletBackend
import MartletCore
import MartletData
import MartletFormats
import MartletGraph
import MartletNN
import MartletOps

/// A model with weights on a device, a loss and an optimizer: ready to be trained and used.
///
/// One task at a time may use it; it is not `Sendable`.
public final class CompiledModel {
    /// Layers and how they are joined.
    public let model: Model
    /// What training makes small.
    public let loss: Loss
    /// How it does so. The rates of a `Schedule` are multiples of, or start from, its learning rate.
    public private(set) var optimizer: Optimizer
    /// Where weights and plans are.
    public let device: any Device
    /// Of the initial weights, the order of the samples, and dropout.
    public private(set) var seed: UInt64
    /// Whether weight decay applies to biases and norm parameters too.
    public let decaysAll: Bool
    /// What is reported beside the loss.
    public let metrics: Set<Metric>
    let measures: Measures
    /// Rewrites of the training graph; leaving some out changes speed and memory, never bits.
    public var passes = Set(Pass.allCases)
    /// Where the samples are while they are used; it changes speed and memory, never bits.
    public var residency = Residency.automatic
    let session: Session
    /// Draws the initial weights; nil for a model without any.
    private var initialisation: (any Executable)?
    /// Optimizer steps done so far.
    public internal(set) var iterations = 0
    /// What a run keeps beside the weights that it trains.
    var weightCopies: [WeightSet: WeightCopy] = [:]
    /// The weights at the end of cycles that the last run kept, the oldest first (`FitOptions.snapshots`).
    public internal(set) var snapshots: [Snapshot] = []

    /// Makes room on the device and draws the initial weights there.
    public init(
        _ model: Model, loss: Loss, optimizer: Optimizer, metrics: Set<Metric>? = nil, customMetrics: [any CustomMetric] = [],
        on device: any Device, seed: UInt64 = 0, decaysAll: Bool = false
    ) throws(TrainingError) {
        try optimizer.check()
        self.metrics = try Metric.checked(metrics, for: loss)
        measures = try Measures(loss, metrics: self.metrics, custom: customMetrics)
        self.model = model
        self.loss = loss
        self.optimizer = optimizer
        self.device = device
        self.seed = seed
        self.decaysAll = decaysAll
        session = try wrap { () throws(DeviceError) in try Session(model, optimizer: optimizer, on: device) }
        if !model.variables.isEmpty {
            let plan = try wrap { () throws(ShapeError) in
                try Plan(try model.initialisationGraph(), largestBuffer: device.largestBuffer)
            }
            initialisation = try wrap { () throws(DeviceError) in try session.prepare([plan]).executables[0][0] }
        }
        try initialise()
    }

    private func initialise() throws(TrainingError) {
        guard let initialisation else { return }
        try wrap { () throws(DeviceError) in
            try initialisation.run(StepParameters(seed: seed))
            try device.finish()
        }
    }

    /// Begins anew as if just made, with another seed and other numbers of the same rule: what is compiled stays.
    /// - Precondition: rule and clipping are those that the model was compiled with.
    func restart(_ optimizer: Optimizer, seed: UInt64) throws(TrainingError) {
        precondition(optimizer.rule == self.optimizer.rule && optimizer.clipping == self.optimizer.clipping, "another rule needs another plan")
        try optimizer.check()
        (self.optimizer, self.seed, iterations) = (optimizer, seed, 0)
        try wrap { () throws(DeviceError) in try session.reset(optimizerStates: optimizer.rule.stateCount) }
        try initialise()
    }

    /// SHA-256 over every parameter and running statistic in graph order: its name, a zero byte, its shape in files
    /// (`10x512`), a zero byte, and its elements as little-endian float32 in the layout of files, with +0 for -0.
    public func weightsSHA256() throws(TrainingError) -> String {
        weightsHash(try weights())
    }

    /// The same of weights that have been read already.
    package static func sha256(of weights: [(name: String, array: HostArray)]) -> String { weightsHash(weights) }

    /// Every parameter and running statistic by name, in PyTorch's layout.
    public func weights() throws(TrainingError) -> [(name: String, array: HostArray)] {
        try wrap { () throws(DeviceError) in try session.variables() }.map { ($0.variable.name, $0.array) }
    }

    /// The gradient of every parameter in the last training step, by name, in PyTorch's layout; zero before the first.
    public func gradients() throws(TrainingError) -> [(name: String, array: HostArray)] {
        try wrap { () throws(DeviceError) in try session.gradients() }.map { ($0.variable.name, $0.array) }
    }

    /// Sets parameters and running statistics by name, in PyTorch's layout.
    /// - Throws: `unsuitableData` where a name or a shape is not the model's; nothing is changed then.
    public func setWeights(_ weights: [(name: String, array: HostArray)]) throws(TrainingError) {
        var arrays: [String: HostArray] = [:]
        for (name, array) in weights {
            guard let variable = model.variables.first(where: { $0.name == name }) else {
                throw .unsuitableData("the model has no tensor of that name: " + unknownName("tensor", name, known: model.variables.map(\.name)))
            }
            guard array.shape == variable.fileShape, array.dtype == .float32 else {
                throw .unsuitableData("the tensor '\(name)' is \(array.type), and the model's is \(variable.fileShape)")
            }
            arrays[name] = array
        }
        let complete = arrays
        try wrap { () throws(DeviceError) in try session.setVariables(complete) }
    }

    /// Whether weight decay applies to each parameter, in graph order.
    public var updateDecays: [Bool] { model.variables.filter(\.isTrainable).map { $0.decays || decaysAll } }

    /// The plan of a batch in an epoch, from 1: what is frozen depends on it.
    func trainingPlan(
        _ graphs: StepGraphs, _ kind: StepSequence.Kind, _ options: FitOptions, epoch: Int
    ) throws(ShapeError) -> Plan {
        try Plan(
            try graphs.training(
                batch: kind.size, measures, penalty: options.penalty, of: updateDecays,
                frozen: options.parameters.frozenNames(of: model, epoch: epoch)),
            training: Plan.Training(
                rule: optimizer.rule, scales: options.parameters.scales(of: model, epoch: epoch, decaysAll: decaysAll),
                clipping: optimizer.clipping, accumulation: kind.accumulation),
            passes: passes, largestBuffer: device.largestBuffer)
    }

    /// Refuses data that the model cannot take.
    func check(_ data: any SampleSource) throws(TrainingError) {
        let format = data.format
        guard model.takes(samples: format.sample.shape) else {
            throw .unsuitableData(
                "the model takes samples of \(model.inputShape), and the data '\(format.name)' have samples of \(format.sample.shape)")
        }
        guard data.count > 0 else { throw .unsuitableData("the data '\(format.name)' have no samples") }
        let outputs = try loss.outputCount(for: data)
        try loss.check(outputs: outputs)
        guard model.outputShape == [outputs] else {
            throw .unsuitableData(
                "the model gives \(model.outputShape) for a sample, and the data '\(format.name)' with the loss '\(loss.name)' need \(outputs)")
        }
    }
}

extension Model {
    /// Puts the model on a device, with an optimizer by name and its defaults, or by value.
    ///
    /// - Parameters:
    ///   - metrics: what is reported beside the loss; nil for all that go with it.
    ///   - customMetrics: metrics of the program's own.
    /// - Throws: `badOption` for an unknown optimizer, a senseless setting, or a metric that does not go with the loss;
    ///   `device` where there is no room.
    public func compile(
        loss: Loss = .crossEntropy, optimizer: String, learningRate: Double? = nil, weightDecay: Double = 0,
        metrics: Set<Metric>? = nil, customMetrics: [any CustomMetric] = [], on device: any Device, seed: UInt64 = 0,
        decaysAll: Bool = false
    ) throws(TrainingError) -> CompiledModel {
        let optimizer = try Optimizer(named: optimizer, learningRate: learningRate, weightDecay: weightDecay)
        return try CompiledModel(
            self, loss: loss, optimizer: optimizer, metrics: metrics, customMetrics: customMetrics, on: device, seed: seed,
            decaysAll: decaysAll)
    }

    /// The same with an optimizer by value: `.momentum(learningRate: 0.05)`.
    public func compile(
        loss: Loss = .crossEntropy, optimizer: Optimizer, metrics: Set<Metric>? = nil, customMetrics: [any CustomMetric] = [],
        on device: any Device, seed: UInt64 = 0, decaysAll: Bool = false
    ) throws(TrainingError) -> CompiledModel {
        try CompiledModel(
            self, loss: loss, optimizer: optimizer, metrics: metrics, customMetrics: customMetrics, on: device, seed: seed,
            decaysAll: decaysAll)
    }
}
