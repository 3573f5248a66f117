import Martlet
import TestSupport
import Testing

/// Losses with settings and clipped gradients, trained: equal bits everywhere, and no run that means nothing.
@Suite struct LossTests {
    static let classes: [Loss] = {
        var (smooth, weighted, margin) = (Loss.crossEntropy, Loss.crossEntropy, Loss(.multiMargin))
        smooth.labelSmoothing = 0.1
        weighted.classWeights = (0..<10).map { 0.5 + 0.1 * Double($0) }
        weighted.ignoredClass = 3
        margin.power = 2
        return [smooth, weighted, Loss(.negativeLogLikelihood), margin, Loss(.hinge)]
    }()
    static let numbers: [Loss] = {
        var (smooth, huber, binary) = (Loss(.smoothL1), Loss(.huber), Loss(.binaryCrossEntropy))
        smooth.beta = 0.5
        huber.delta = 0.3
        binary.positiveWeights = [2]
        return [Loss(.absoluteError), smooth, huber, binary]
    }()

    /// The digits with their labels as ten numbers from 0 to 1.
    private static func encoded() throws -> DataSet {
        let data = Runs.digits.train
        guard case .classes(let labels, let names) = data.targets else { return data }
        let values: [Float] = labels.integers.flatMap { label in (0..<10).map { Int32($0) == label ? 1 : 0 } }
        return try DataSet(
            name: "digits", features: data.features, featureDivisor: data.featureDivisor,
            targets: .values(HostArray([data.count, 10], values), names: names))
    }

    private func run(_ loss: Loss, _ data: DataSet, _ optimizer: Optimizer = .adam(), on device: any Device) throws -> (String, Double) {
        let compiled = try Runs.perceptron().compile(loss: loss, optimizer: optimizer, on: device, seed: 7)
        let history = try compiled.fit(data, options: Runs.options())
        #expect(history.epochs[1].train.loss < history.epochs[0].train.loss, "\(loss)")
        return (try compiled.weightsSHA256(), history.epochs[1].train.loss)
    }

    @Test(arguments: classes.indices) func lossesOfClassesAreEqualOnEveryBackend(loss: Int) throws {
        let runs = try TestDevices.each.map { try run(Self.classes[loss], Runs.digits.train, on: $0) }
        #expect(runs.allSatisfy { $0 == runs[0] }, "\(Self.classes[loss])")
    }

    @Test(arguments: numbers.indices) func lossesOfNumbersAreEqualOnEveryBackend(loss: Int) throws {
        let data = try Self.encoded()
        let runs = try TestDevices.each.map { try run(Self.numbers[loss], data, on: $0) }
        #expect(runs.allSatisfy { $0 == runs[0] }, "\(Self.numbers[loss])")
    }

    static let clippings = GradientClipping.Norm.allCases.map { GradientClipping(norm: 0.05, kind: $0) }
        + [GradientClipping(value: 0.001), GradientClipping(value: 0.01, norm: 0.05)]

    @Test(arguments: clippings.indices) func clippedRunsAreEqualOnEveryBackend(clipping: Int) throws {
        var optimizer = Optimizer.sgd(learningRate: 0.1)
        let plain = try run(.crossEntropy, Runs.digits.train, optimizer, on: TestDevices.cpu[0]).0
        optimizer.clipping = Self.clippings[clipping]
        let hashes = try TestDevices.each.map { try run(.crossEntropy, Runs.digits.train, optimizer, on: $0).0 }
        #expect(Set(hashes).count == 1 && hashes[0] != plain, "\(optimizer.clipping)")
    }

    @Test func clippedGradientsKeepTheirNorm() throws {
        var optimizer = Optimizer.sgd()
        optimizer.clipping = GradientClipping(norm: 0.05)
        let compiled = try Runs.perceptron().compile(optimizer: optimizer, on: TestDevices.cpu[1])
        _ = try compiled.fit(Runs.digits.train, options: Runs.options(epochs: 1))
        let squares = try compiled.gradients().flatMap { $0.array.floats.map { Double($0) * Double($0) } }
        #expect((squares.reduce(0, +).squareRoot() - 0.05).magnitude < 1e-5)
    }

    @Test func aResumedRunIsClippedAsBefore() throws {
        let folder = try TemporaryFolder()
        var optimizer = Optimizer.adam()
        optimizer.clipping = GradientClipping(norm: 0.05)
        let loss = Self.classes[1]
        func compile(_ clipping: GradientClipping, _ device: any Device) throws -> CompiledModel {
            optimizer.clipping = clipping
            return try Runs.perceptron().compile(loss: loss, optimizer: optimizer, on: device, seed: 7)
        }
        let whole = try compile(optimizer.clipping, TestDevices.cpu[0])
        _ = try whole.fit(Runs.digits.train, options: Runs.options())
        var stopped = Runs.options()
        stopped.checkpoint = folder.file("a")
        let first = try compile(optimizer.clipping, TestDevices.each[0])
        #expect(throws: TrainingError.self) { try first.fit(Runs.digits.train, options: stopped, callbacks: [StopAfter(9)]) }
        let checkpoint = try Checkpoint.read(folder.file("a"))
        #expect(checkpoint.file.loss == loss && checkpoint.settings.clipping == optimizer.clipping)
        let second = try compile(optimizer.clipping, TestDevices.each[TestDevices.each.count - 1])
        let point = try second.restore(checkpoint, options: Runs.options(), data: Runs.digits.train)
        _ = try second.fit(Runs.digits.train, options: Runs.options(), from: point)
        #expect(try second.weightsSHA256() == (try whole.weightsSHA256()))
        let other = try compile(.none, TestDevices.cpu[0])
        let error = #expect(throws: TrainingError.self) { try other.restore(checkpoint, options: Runs.options(), data: Runs.digits.train) }
        #expect(error?.description.contains("gradient clipping") == true)
    }

    /// A mean over nothing is no fault of the learning rate.
    @Test func aBatchThatIsLeftOutIsNamed() throws {
        let data = Runs.digits.train
        let labels = data.labels
        let (threes, others) = (labels.indices.filter { labels[$0] == 3 }, labels.indices.filter { labels[$0] != 3 })
        var (ignoring, weighing) = (Loss.crossEntropy, Loss.crossEntropy)
        ignoring.ignoredClass = 3
        weighing.classWeights = (0..<10).map { $0 == 3 ? 0 : 1 }
        for loss in [ignoring, weighing] {
            let model = try Model.perceptron(input: [1, 8, 8], widths: [8], outputs: 10)
            let compiled = try model.compile(loss: loss, optimizer: .adam(), on: TestDevices.cpu[0], seed: 7)
            // The second of four batches.
            let mixed = data.subset(Array(others.prefix(20)) + Array(threes.prefix(20)) + Array(others[20..<60]))
            var options = Runs.options(epochs: 1)
            (options.batchSize, options.shuffles) = (20, false)
            expectError(containing: "batch 2 of epoch 1 has only samples of classes that the loss leaves out") {
                _ = try compiled.fit(mixed, options: options)
            }
            // In the order of the epoch, some batch of one sample.
            (options.batchSize, options.shuffles) = (1, true)
            expectError(containing: "has only samples of classes that the loss leaves out") { _ = try compiled.fit(mixed, options: options) }
            expectError(containing: "the part from 0 to 19") { _ = try compiled.evaluate(data.subset(Array(threes.prefix(20)))) }
            // What does count is measured.
            #expect(try compiled.evaluate(mixed).loss.isFinite)
        }
    }

    @Test func settingsThatMeanNothingAreRefused() throws {
        var loss = Loss.meanSquaredError
        expectError(containing: "has no setting 'delta'") { try loss.set("delta", [1]) }
        expectError(containing: "did you mean 'cross_entropy'") { _ = try Loss(named: "cross_entrop") }
        loss = .crossEntropy
        try loss.set("class-weights", [1, 2])
        let compiled = try Runs.perceptron().compile(loss: loss, optimizer: "sgd", on: TestDevices.cpu[0])
        expectError(containing: "the model has 10 outputs") { _ = try compiled.evaluate(Runs.digits.test) }
        expectError(containing: "needs numbers") { _ = try Loss(.huber).outputCount(for: Runs.digits.test) }
    }

    private func expectError(containing text: String, _ body: () throws -> Void) {
        let error = #expect(throws: TrainingError.self) { try body() }
        #expect(error?.description.contains(text) == true, "\(String(describing: error))")
    }
}
