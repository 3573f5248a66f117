import Martlet
import TestSupport
import Testing

@Suite struct FitTests {
    let device = TestDevices.cpu[1]

    @Test(arguments: TestDevices.each.indices)
    func learnsTheDigits(device: Int) throws {
        let model = try Model.perceptron(input: [64], widths: [256, 128], outputs: 10, batchNorm: true)
        let compiled = try model.compile(optimizer: "adam", on: TestDevices.each[device])
        let history = try compiled.fit(Runs.digits.train, validation: Runs.digits.test, epochs: 15)
        #expect(history.epochs.count == 15)
        let evaluation = try compiled.evaluate(Runs.digits.test)
        #expect(try #require(evaluation.accuracy) >= 0.96)
        #expect(history.epochs.last?.validation == evaluation)
    }

    @Test func theRemainderOfAnEpochIsTrained() throws {
        let compiled = try Runs.perceptron().compile(optimizer: "adam", on: device)
        // 1437 samples: 14 batches of 100 and one of 37.
        #expect(try compiled.fit(Runs.digits.train, options: Runs.options()).epochs.map(\.iterations) == [15, 30])
        var options = Runs.options()
        options.dropsLast = true
        #expect(try compiled.fit(Runs.digits.train, options: options).epochs.map(\.iterations) == [14, 28])
    }

    @Test func trainLossIsTheMeanOverTheSamples() throws {
        // Without learning and without randomness it is the loss of the evaluation.
        let model = try Runs.residual()
        for device in TestDevices.each {
            let compiled = try model.compile(optimizer: .sgd(learningRate: 0), on: device)
            let history = try compiled.fit(Runs.digits.train, options: Runs.options(epochs: 1, batchSize: 64))
            let evaluation = try compiled.evaluate(Runs.digits.train)
            #expect(abs(history.epochs[0].train.loss - evaluation.loss) < 1e-6)
            #expect(history.epochs[0].train.accuracy == evaluation.accuracy)
        }
    }

    @Test func oneSampleBatches() throws {
        let plain = try Model(input: [64]) { Linear(10) }
        let compiled = try plain.compile(optimizer: "adam", on: device)
        _ = try compiled.fit(Runs.digits.train.subset([3]), epochs: 2, batchSize: 1)

        // 1437 = 4 x 359 + 1: the remainder has one sample, which batchNorm cannot train on.
        let error = #expect(throws: TrainingError.self) {
            try Runs.perceptron().compile(optimizer: "adam", on: device).fit(Runs.digits.train, epochs: 1, batchSize: 359)
        }
        #expect(error?.description.contains("at least two samples") == true)
        #expect(error?.description.contains("layer '1'") == true)
    }

    @Test func oneClass() throws {
        let data = try DataSet(
            name: "one class", features: HostArray([3, 2], [1, 2, 3, 4, 5, 6] as [Float]),
            targets: .classes(labels: HostArray([3], [0, 0, 0] as [Int32]), names: ["only"]))
        let compiled = try Model(input: [2]) { Linear(1) }.compile(optimizer: "sgd", on: device)
        let history = try compiled.fit(data, epochs: 1, batchSize: 2)
        #expect(history.epochs[0].train.loss == 0 && history.epochs[0].train.accuracy == 1)
    }

    @Test(arguments: TestDevices.each.indices)
    func numbersThatAreNotFiniteStopTraining(device: Int) throws {
        let folder = try TemporaryFolder()
        var options = Runs.options(epochs: 5)
        options.checkpoint = folder.file("c")
        let model = try Model.perceptron(input: [64], widths: [30, 30], outputs: 10)
        let compiled = try model.compile(optimizer: .sgd(learningRate: 1e30), on: TestDevices.each[device])
        let error = #expect(throws: TrainingError.self) { try compiled.fit(Runs.digits.train, options: options) }
        guard case .notFinite(let epoch, let step, let value, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(epoch == 1 && step >= 2 && step <= 5 && !value.isEmpty)
        // The weights are those before that step, and nothing was written.
        for (name, weight) in try compiled.weights() { #expect(weight.floats.allSatisfy { $0.isFinite }, "\(name)") }
        #expect(try folder.contents == [])
    }

    /// What the last update leaves, no step looks at: weights that are not finite, and finite ones that are too large.
    @Test(arguments: TestDevices.each.indices) func theLastUpdateIsLookedAt(device: Int) throws {
        for (rate, isFinite) in [(1e39, false), (1e38, true)] {
            let folder = try TemporaryFolder()
            let model = try Model.perceptron(input: [64], widths: [30], outputs: 10)
            let compiled = try model.compile(optimizer: .sgd(learningRate: rate), on: TestDevices.each[device])
            var options = Runs.options(epochs: 1)
            (options.batchSize, options.checkpoint) = (Runs.digits.train.count, folder.file("c"))
            let error = #expect(throws: TrainingError.self) { try compiled.fit(Runs.digits.train, test: Runs.digits.test, options: options) }
            guard case .diverged(1, 1, let value, _) = error else {
                Issue.record("\(rate): \(String(describing: error))")
                continue
            }
            #expect(isFinite ? value == "the loss on the test data" : value.contains("weight"), "\(value)")
            #expect(try compiled.weights().allSatisfy { $0.array.floats.allSatisfy { $0.isFinite } } == isFinite)
            #expect(try folder.contents == [])
            if !isFinite { #expect(throws: TrainingError.self) { try compiled.save(to: folder.file("model")) } }
        }
    }

    /// A running statistic is looked at as well.
    @Test func statisticsAreLookedAt() throws {
        let data = try DataSet(
            name: "two classes", features: HostArray([4, 2], [1, 2, 3, 4, 5, 6, 7, 8] as [Float]),
            targets: .classes(labels: HostArray([4], [0, 1, 0, 1] as [Int32]), names: ["a", "b"]))
        let compiled = try Model(input: [2]) { BatchNorm(momentum: 0); Linear(2) }.compile(optimizer: .sgd(learningRate: 0.1), on: device)
        try compiled.setWeights([("0.running_var", HostArray([2], [1, .infinity] as [Float]))])
        let error = #expect(throws: TrainingError.self) { try compiled.fit(data, epochs: 1, batchSize: 4) }
        guard case .diverged(1, 1, let value, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(value.contains("'0.running_var' (element 1"), "\(value)")
    }

    @Test func regression() throws {
        let x = (0..<200).map { Float($0 % 20) / 10 - 1 }
        let y = x.map { 3 * $0 - 0.5 }
        let data = try DataSet(
            name: "a line", features: HostArray([200, 1], x), targets: .values(HostArray([200, 1], y), names: ["y"]))
        for device in TestDevices.each {
            let compiled = try Model(input: [1]) { Linear(1) }.compile(
                loss: .meanSquaredError, optimizer: .sgd(learningRate: 0.2), on: device)
            let history = try compiled.fit(data, epochs: 30, batchSize: 20)
            let last = try #require(history.epochs.last?.train)
            #expect(last.accuracy == nil && last.loss < 1e-6)
            #expect(try #require(last.r2) > 0.999)
            #expect(try #require(last.meanAbsoluteError) < 1e-3)
            let weights = try compiled.weights()
            #expect(abs(weights[0].array.floats[0] - 3) < 1e-3 && abs(weights[1].array.floats[0] + 0.5) < 1e-3)
        }
    }

    @Test func weightDecaySparesBiases() throws {
        let compiled = try Model(input: [64]) { Linear(10, bias: true) }.compile(
            optimizer: Optimizer(.adamW, learningRate: 0.1, weightDecay: 1), on: device, seed: 1)
        let bias = HostArray([10], (0..<10).map(Float.init))
        try compiled.setWeights([("0.bias", bias)])
        let rates = compiled.updateDecays
        #expect(rates == [true, false])
    }

    @Test func badOptions() throws {
        func refuses(_ text: String, _ body: () throws -> Void) {
            let error = #expect(throws: TrainingError.self, performing: body)
            #expect(error?.description.contains(text) == true, "\(String(describing: error))")
        }
        let model = try Runs.perceptron()
        refuses("did you mean 'adam'?") { _ = try model.compile(optimizer: "adm", on: device) }
        refuses("learning rate") { _ = try model.compile(optimizer: .adam(learningRate: .nan), on: device) }
        refuses("weight decay") { _ = try model.compile(optimizer: .adam(weightDecay: -1), on: device) }
        let compiled = try model.compile(optimizer: "adam", on: device)
        refuses("larger than the training data") { _ = try compiled.fit(Runs.digits.train, epochs: 1, batchSize: 1438) }
        refuses("batch size must be at least 1") { _ = try compiled.fit(Runs.digits.train, epochs: 1, batchSize: 0) }
        refuses("epochs") { _ = try compiled.fit(Runs.digits.train, epochs: -1) }
        let numbers = try DataSet(
            name: "numbers", features: HostArray(zeros: TensorType([5, 64])),
            targets: .values(HostArray(zeros: TensorType([5, 10])), names: (0..<10).map { "\($0)" }))
        refuses("use the loss 'mse'") { _ = try compiled.fit(numbers, epochs: 1, batchSize: 5) }
        let narrow = try DataSet(
            name: "narrow", features: HostArray(zeros: TensorType([5, 3])),
            targets: .classes(labels: HostArray([5], [0, 1, 2, 3, 4] as [Int32]), names: (0..<10).map(String.init)))
        refuses("samples of 64") { _ = try compiled.evaluate(narrow) }
        refuses("no tensor of that name") { try compiled.setWeights([("0.weigth", HostArray(zeros: TensorType([1])))]) }
        refuses("10x33") { try compiled.setWeights([("8.weight", HostArray(zeros: TensorType([33, 10])))]) }
    }
}
