import MartletBackend
import MartletData
import MartletNN
import MartletOps
import MartletTraining

/// The ways of optimizers down two surfaces, and how they learn the user's data.
public struct OptimizerStudy: Sendable {
    public var rules = ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"]
    public var widths = [128, 64]
    public var activation = "relu"
    public var epochs = 10
    public var batchSize = 64
    public var seed: UInt64 = 0

    public init() {}

    public struct Curve: Sendable {
        public let optimizer: String
        public let learningRate: Double
        public let epochs: [History.Epoch]
        public let problem: String?
    }

    public func run(
        _ train: DataSet, _ test: DataSet, on device: any Device, _ observer: any StudyObserver
    ) throws(TrainingError) -> OptimizerResult {
        var optimizers: [Optimizer] = []
        for name in rules { optimizers.append(try Optimizer(named: name)) }
        var descents: [Surface: [Descent]] = [:]
        for surface in Surface.allCases {
            for optimizer in optimizers {
                observer.started("\(optimizer.rule.name) down the \(surface.rawValue)")
                var tuned = optimizer
                tuned.learningRate = surface.learningRate(of: optimizer.rule)
                descents[surface, default: []].append(try Descent(surface, tuned, on: device))
            }
        }
        var curves: [Curve] = []
        for optimizer in optimizers { curves.append(try curve(optimizer, train, test, device, observer)) }
        return OptimizerResult(study: self, data: train.name, descents: descents, curves: curves)
    }

    private func curve(
        _ optimizer: Optimizer, _ train: DataSet, _ test: DataSet, _ device: any Device, _ observer: any StudyObserver
    ) throws(TrainingError) -> Curve {
        observer.started("\(optimizer.rule.name) on \(train.name)")
        let loss = train.labels.isEmpty ? Loss.meanSquaredError : .crossEntropy
        let outputs = try loss.outputCount(for: train)
        let model: Model
        do {
            model = try Model.perceptron(input: train.featureShape, widths: widths, outputs: outputs, activation: activation)
        } catch { throw .shape(error) }
        let compiled = try model.compile(loss: loss, optimizer: optimizer, on: device, seed: seed)
        let (epochs, problem) = try StudyWatch.fit(
            compiled, train, test: test, FitOptions(epochs: epochs, batchSize: batchSize, of: train), observer)
        return Curve(optimizer: optimizer.rule.name, learningRate: optimizer.learningRate, epochs: epochs, problem: problem)
    }
}
