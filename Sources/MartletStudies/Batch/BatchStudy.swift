import MartletBackend
import MartletData
import MartletNN
import MartletOps
import MartletTraining

/// Gradient noise, speed and memory against the batch size (McCandlish et al. 2018).
public struct BatchStudy: Sendable {
    public var sizes = [4, 8, 16, 32, 64, 128, 256, 512]
    public var widths = [128, 64]
    public var activation = "relu"
    /// With which the gradients are looked at: an untrained network's say little.
    public var epochsBefore = 1
    /// For each size, when it is trained for itself.
    public var epochs = 5
    public var optimizer = Optimizer.adam()
    public var seed: UInt64 = 0

    public init() {}

    public struct Case: Sendable {
        public let size: Int
        public let batches: Int
        /// The mean squared distance of a batch's gradient from the whole gradient, by the latter's square: 1 is as much noise
        /// as there is signal.
        public let noise: Double
        public let samplesPerSecond: Double
        public let memory: StepMemory
        public let epochs: [History.Epoch]

        /// The batch at which noise and signal would be equal, as far as this size can tell.
        public var noiseScale: Double { noise * Double(size) }
    }

    public func run(
        _ train: DataSet, _ test: DataSet, on device: any Device, _ observer: any StudyObserver
    ) throws(TrainingError) -> BatchResult {
        let loss = train.labels.isEmpty ? Loss.meanSquaredError : .crossEntropy
        let outputs = try loss.outputCount(for: train)
        let model: Model
        do {
            model = try Model.perceptron(input: train.featureShape, widths: widths, outputs: outputs, activation: activation)
        } catch { throw .shape(error) }
        // A variance needs two batches.
        let sizes = sizes.filter { $0 > 0 && 2 * $0 <= train.count }
        guard !sizes.isEmpty else { throw .badOption("the study needs batch sizes from 1 to half of the \(train.count) training samples, not \(self.sizes)") }
        observer.started("first weights")
        let warm = try model.compile(loss: loss, optimizer: optimizer, on: device, seed: seed)
        _ = try warm.fit(train, options: FitOptions(epochs: epochsBefore, batchSize: 32, of: train), callbacks: [StudyWatch(observer)])
        var cases: [Case] = []
        for size in sizes {
            observer.started("batches of \(size)")
            let noise = try noise(model, loss, warm, train, size, device, observer)
            let compiled = try model.compile(loss: loss, optimizer: optimizer, on: device, seed: seed)
            let watch = StudyWatch(observer)
            _ = try compiled.fit(train, test: test, options: FitOptions(epochs: epochs, batchSize: size, of: train), callbacks: [watch])
            let plan = try model.trainingPlan(train, loss: loss, optimizer: optimizer, batchSize: size, largestBuffer: device.largestBuffer)
            cases.append(Case(
                size: size, batches: train.count / size, noise: noise,
                samplesPerSecond: watch.epochs.map(\.samplesPerSecond).max() ?? .nan,
                memory: StepMemory(plan, optimizer: optimizer, batchSize: size), epochs: watch.epochs))
        }
        return BatchResult(study: self, data: train.name, cases: cases)
    }

    /// The gradients of an epoch's batches at one place, which a learning rate of 0 does not leave.
    private func noise(
        _ model: Model, _ loss: Loss, _ warm: CompiledModel, _ train: DataSet, _ size: Int, _ device: any Device, _ observer: any StudyObserver
    ) throws(TrainingError) -> Double {
        let compiled = try model.compile(loss: loss, optimizer: .sgd(learningRate: 0), on: device, seed: seed)
        try compiled.setWeights(try warm.weights())
        var options = FitOptions(epochs: 1, batchSize: size, of: train)
        options.dropsLast = true
        var (sum, squares, count) = ([Double](), 0.0, 0.0)
        let watch = StudyWatch(observer) { (model) throws(TrainingError) in
            let gradient = try model.gradients().flatMap { $0.array.floats.map(Double.init) }
            if sum.isEmpty { sum = [Double](repeating: 0, count: gradient.count) }
            for place in gradient.indices {
                sum[place] += gradient[place]
                squares += gradient[place] * gradient[place]
            }
            count += 1
        }
        _ = try compiled.fit(train, options: options, callbacks: [watch])
        // The whole gradient is the mean of the batches'; its own share of noise is taken out (Bessel's correction).
        let whole = sum.reduce(0) { $0 + $1 * $1 } / (count * count)
        let variance = (squares - count * whole) / (count - 1)
        let signal = whole - variance / count
        return signal > 0 ? variance / signal : .infinity
    }
}
