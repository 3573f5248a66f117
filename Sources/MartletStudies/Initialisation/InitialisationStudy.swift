import MartletBackend
import MartletData
import MartletFormats
import MartletNN
import MartletTraining

/// A deep network under different first weights: what its layers give, what gradients come back, and how it learns
/// (Glorot and Bengio 2010; He et al. 2015; Stanford CS231n, Neural Networks 2).
public struct InitialisationStudy: Sendable {
    public var layers = 10
    public var width = 500
    public var activation = "relu"
    public var epochs = 3
    public var batchSize = 64
    public var optimizer = Optimizer.momentum(learningRate: 0.01)
    public var seed: UInt64 = 0
    public var schemes = Scheme.all

    public init() {}

    /// How weights are drawn.
    public struct Scheme: Sendable {
        public let name: String
        public let meaning: String
        public let initialiser: Initialiser

        public static let all = [
            Scheme(name: "zero", meaning: "all 0", initialiser: .constant(0)),
            Scheme(name: "tiny", meaning: "normal, deviation 0.01", initialiser: .normal(deviation: 0.01)),
            Scheme(name: "large", meaning: "normal, deviation 1", initialiser: .normal(deviation: 1)),
            Scheme(name: "xavier", meaning: "normal, variance 2 / (in + out)", initialiser: .xavierNormal()),
            Scheme(name: "caffe", meaning: "normal, variance 1 / in", initialiser: .lecunNormal),
            Scheme(name: "he", meaning: "normal, variance 2 / in", initialiser: .heNormal()),
        ]
    }

    public struct Case: Sendable {
        public let scheme: Scheme
        public let batchNorm: Bool
        /// Of the untrained network over samples in training mode: the activations, and the output last.
        public let layers: [LayerStatistics]
        public let lossBefore: Double
        public let epochs: [History.Epoch]
        /// Units of the first layer that differ from each other after training.
        public let distinctUnits: Int
        /// Why training stopped, where it did.
        public let problem: String?

        public var name: String { scheme.name + (batchNorm ? " + batchNorm" : "") }
        public var hidden: ArraySlice<LayerStatistics> { layers.dropLast() }
    }

    /// - Throws: `interrupted` where the observer asks for it.
    public func run(
        _ train: DataSet, _ test: DataSet, on device: any Device, _ observer: any StudyObserver
    ) throws(TrainingError) -> InitialisationResult {
        guard layers > 0, width > 0 else { throw .badOption("the study needs at least one layer of one unit, not \(layers) of \(width)") }
        var cases: [Case] = []
        for batchNorm in [false, true] {
            for scheme in schemes { cases.append(try run(scheme, batchNorm, train, test, device, observer)) }
        }
        return InitialisationResult(study: self, data: train.name, cases: cases)
    }

    private func run(
        _ scheme: Scheme, _ batchNorm: Bool, _ train: DataSet, _ test: DataSet, _ device: any Device, _ observer: any StudyObserver
    ) throws(TrainingError) -> Case {
        observer.started("weights: \(scheme.name)\(batchNorm ? ", with batchNorm" : "")")
        let loss = train.labels.isEmpty ? Loss.meanSquaredError : .crossEntropy
        var blocks: [any Block] = []
        for _ in 0..<layers {
            blocks.append(Linear(width, initialiser: scheme.initialiser))
            if batchNorm { blocks.append(BatchNorm()) }
            blocks.append(Activation(activation))
        }
        blocks.append(Linear(try loss.outputCount(for: train), initialiser: scheme.initialiser))
        let model: Model
        do { model = try Model(input: train.featureShape, blocks: blocks) } catch { throw .shape(error) }
        let compiled = try model.compile(loss: loss, optimizer: optimizer, on: device, seed: seed)
        let (lossBefore, looked) = try NetworkProbe(compiled, train, samples: 256, mode: .training, hasGradients: true).lookAtLayers()
        let (epochs, problem) = try StudyWatch.fit(
            compiled, train, test: test, FitOptions(epochs: epochs, batchSize: batchSize, of: train), observer)
        return Case(
            scheme: scheme, batchNorm: batchNorm, layers: looked, lossBefore: lossBefore, epochs: epochs,
            distinctUnits: try distinctUnits(compiled), problem: problem)
    }

    /// Rows of the first layer's weights that differ: with all weights zero, units stay copies of each other.
    private func distinctUnits(_ compiled: CompiledModel) throws(TrainingError) -> Int {
        let weights = try compiled.weights()[0].array
        let (values, width) = (weights.floats, weights.shape[1])
        return Set((0..<weights.shape[0]).map { Array(values[$0 * width ..< ($0 + 1) * width]) }).count
    }
}
