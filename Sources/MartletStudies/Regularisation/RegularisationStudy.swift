import MartletBackend
import MartletCore
import MartletData
import MartletNN
import MartletTraining

/// What weight decay and dropout do for a network that has little to learn from (Srivastava et al. 2014), and how accuracy
/// falls when units are removed from a trained network.
public struct RegularisationStudy: Sendable {
    /// Training samples.
    public var samples = 200
    public var decays = [0, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2]
    public var dropouts: [Float] = [0, 0.25, 0.5, 0.75]
    /// Units that are removed at test time.
    public var removed = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
    public var widths = [256, 256]
    public var activation = "relu"
    public var epochs = 60
    public var batchSize = 20
    public var learningRate = 1e-3
    public var seed: UInt64 = 0

    /// Networks with units removed, for each share.
    private static let draws = 5

    public init() {}

    public struct Case: Sendable {
        public let weightDecay: Double
        public let dropout: Float
        public let epochs: [History.Epoch]
        /// Accuracies with each share of the units removed; empty where that was not asked of this network.
        public internal(set) var afterRemoval: [Double] = []

        /// How much better the network does on what it has seen.
        public var gap: Double? {
            guard let last = epochs.last, let known = last.validation?.accuracy, let unknown = last.test?.accuracy else { return nil }
            return known - unknown
        }
    }

    public func run(
        _ train: DataSet, _ test: DataSet, on device: any Device, _ observer: any StudyObserver
    ) throws(TrainingError) -> RegularisationResult {
        guard !train.labels.isEmpty else { throw .unsuitableData("this study needs classes, and '\(train.name)' has numbers") }
        guard samples > 0 else { throw .badOption("the study needs at least one training sample, not \(samples)") }
        let count = min(samples, train.count)
        let few = train.subset((0..<count).map { $0 * train.count / count })
        var cases: [Case] = []
        for decay in decays {
            observer.started("weight decay \(decay)")
            let (item, compiled) = try trained(decay, 0, few, test, device, observer)
            cases.append(decay == 0 ? try removing(item, compiled, test) : item)
        }
        for dropout in dropouts where dropout > 0 {
            observer.started("dropout \(dropout)")
            let (item, compiled) = try trained(0, dropout, few, test, device, observer)
            cases.append(try removing(item, compiled, test))
        }
        return RegularisationResult(study: self, data: train.name, samples: count, cases: cases)
    }

    private func trained(
        _ decay: Double, _ dropout: Float, _ train: DataSet, _ test: DataSet, _ device: any Device, _ observer: any StudyObserver
    ) throws(TrainingError) -> (Case, CompiledModel) {
        let model: Model
        do {
            model = try Model.perceptron(
                input: train.featureShape, widths: widths, outputs: train.classNames.count, activation: activation, dropout: dropout)
        } catch { throw .shape(error) }
        // Decay beside the gradient's scale, so that it means the same everywhere.
        let optimizer = Optimizer(.adamW, learningRate: learningRate, weightDecay: decay / learningRate)
        let compiled = try model.compile(optimizer: optimizer, on: device, seed: seed)
        let options = FitOptions(epochs: epochs, batchSize: batchSize, of: train)
        let watch = StudyWatch(observer)
        // The training data once more as validation: measured as a whole, without dropout.
        _ = try compiled.fit(train, validation: train, test: test, options: options, callbacks: [watch])
        return (Case(weightDecay: decay, dropout: dropout, epochs: watch.epochs), compiled)
    }

    /// Takes units away by letting nobody read them.
    private func removing(_ item: Case, _ compiled: CompiledModel, _ test: DataSet) throws(TrainingError) -> Case {
        var item = item
        let whole = try compiled.weights()
        let readers = whole.filter { $0.name.hasSuffix(".weight") && $0.array.shape.rank == 2 }.dropFirst()
        for share in removed {
            var total = 0.0
            for draw in 0..<Self.draws {
                var generator = SplitMix64(state: seed &+ UInt64(draw) &* 7919 &+ 1)
                var changed: [(name: String, array: HostArray)] = []
                for (name, array) in readers {
                    let (outputs, inputs) = (array.shape[0], array.shape[1])
                    var units = Array(0..<inputs)
                    units.shuffle(using: &generator)
                    var values = array.floats
                    for unit in units.prefix(Int((share * Double(inputs)).rounded())) {
                        for output in 0..<outputs { values[output * inputs + unit] = 0 }
                    }
                    changed.append((name, HostArray(array.shape, values)))
                }
                try compiled.setWeights(changed)
                total += try compiled.evaluate(test).accuracy ?? .nan
            }
            item.afterRemoval.append(total / Double(Self.draws))
        }
        try compiled.setWeights(whole)
        return item
    }
}

/// Steele, Lea and Flood (2014): which units go is the same in every study of a seed.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}
