import Martlet
import TestSupport
import Testing

/// Early stopping, the best weights, and averages.
@Suite struct KeptWeightsTests {
    private let parts: (train: DataSet, validation: DataSet) = {
        let parts = Runs.digits.train.divided(holdingOut: 0.2, seed: 1)!
        return (parts.0, parts.1)
    }()

    /// What a callback sees of the weights.
    private final class Watcher: Callback {
        let compiled: CompiledModel
        var steps: [[String: [Float]]] = []
        var epochs: [[String: [Float]]] = []
        init(_ compiled: CompiledModel) { self.compiled = compiled }
        private var weights: [String: [Float]] {
            Dictionary(uniqueKeysWithValues: ((try? compiled.weights()) ?? []).map { ($0.name, $0.array.floats) })
        }
        func progressed(_ progress: Progress, of model: CompiledModel) -> Decision {
            steps.append(weights)
            return .proceed
        }
        func finished(_ epoch: History.Epoch, of model: CompiledModel) -> Decision {
            epochs.append(weights)
            return .proceed
        }
    }

    @Test func stopsEarly() throws {
        let compiled = try Runs.residual().compile(optimizer: .sgd(learningRate: 0), on: TestDevices.cpu[0])
        var options = Runs.options(epochs: 50)
        options.earlyStopping = EarlyStopping(patience: 2)
        let history = try compiled.fit(parts.train, validation: parts.validation, options: options)
        // One epoch is the best, two are borne with, and the next ends it.
        #expect(history.epochs.count == 4 && history.stoppedEarly == true)
        options.earlyStopping?.patience = 100
        #expect(try compiled.fit(parts.train, validation: parts.validation, options: options).stoppedEarly == false)
    }

    @Test func keepsTheBest() throws {
        var options = Runs.options(epochs: 6)
        options.keepsBest = .loss
        // From the fourth epoch on the rate is ruinous.
        options.schedule = try Schedule("multistep", ["milestones": .lengths([.epochs(3)]), "gamma": 300])
        for device in TestDevices.each {
            let compiled = try Runs.perceptron().compile(optimizer: .sgd(learningRate: 0.1), on: device, seed: 7)
            let watcher = Watcher(compiled)
            let history = try compiled.fit(parts.train, validation: parts.validation, test: Runs.digits.test, options: options, callbacks: [watcher])
            let losses = history.epochs.map { $0.validation!.loss }
            let best = try #require(losses.indices.min { losses[$0] < losses[$1] })
            #expect(best < 5, "the last epoch was the best, so that nothing was tested")
            #expect(history.kept?.weights == .best && history.kept?.epoch == best + 1)
            #expect(try compiled.weights().allSatisfy { $0.array.floats == watcher.epochs[best][$0.name] })
            #expect(try compiled.evaluate(parts.validation) == history.kept?.validation)
            #expect(try compiled.evaluate(Runs.digits.test) == history.kept?.test)
        }
    }

    @Test func exponentialAverage() throws {
        var options = Runs.options(epochs: 2)
        options.averaging = .exponential(decay: 0.9)
        let compiled = try Runs.perceptron().compile(optimizer: .adam(learningRate: 0.01), on: TestDevices.cpu[1], seed: 7)
        var expected = Dictionary(uniqueKeysWithValues: try compiled.weights().map { ($0.name, $0.array.floats.map(Double.init)) })
        let watcher = Watcher(compiled)
        let history = try compiled.fit(parts.train, validation: parts.validation, options: options, callbacks: [watcher])
        for step in watcher.steps {
            for (name, values) in step {
                expected[name] = zip(expected[name]!, values).map { 0.9 * $0 + 0.1 * Double($1) }
            }
        }
        for (name, array) in try compiled.weights() {
            for (a, b) in zip(array.floats, expected[name]!) { #expect(abs(Double(a) - b) < 1e-5 * max(1, abs(b)), "\(name)") }
        }
        #expect(history.kept?.weights == .average)
        #expect(try compiled.evaluate(parts.validation) == history.epochs.last?.validation)
    }

    /// The mean of the epochs' ends; statistics of the first batchNorm against a calculation of its own.
    @Test func stochasticAverage() throws {
        var options = Runs.options(epochs: 4)
        options.averaging = .stochastic(from: 2)
        let model = try Model(input: [64]) { Linear(20); BatchNorm(); ReLU(); Linear(10) }
        let compiled = try model.compile(optimizer: .adam(learningRate: 0.01), on: TestDevices.cpu[1], seed: 7)
        let watcher = Watcher(compiled)
        let history = try compiled.fit(parts.train, validation: parts.validation, options: options, callbacks: [watcher])
        let got = Dictionary(uniqueKeysWithValues: try compiled.weights().map { ($0.name, $0.array.floats) })
        for name in ["0.weight", "0.bias", "1.weight", "1.bias", "3.weight"] {
            for index in got[name]!.indices {
                let mean = watcher.epochs[1...].map { Double($0[name]![index]) }.reduce(0, +) / 3
                #expect(abs(Double(got[name]![index]) - mean) < 1e-6, "\(name)")
            }
        }
        let (w, b) = (got["0.weight"]!.map(Double.init), got["0.bias"]!.map(Double.init))
        let x = parts.train.features.floats64.map { $0 / Double(parts.train.featureDivisor) }
        var (means, variances) = ([Double](repeating: 0, count: 20), [Double](repeating: 0, count: 20))
        let starts = Array(stride(from: 0, to: parts.train.count, by: 100))
        for start in starts {
            let rows = start ..< min(start + 100, parts.train.count)
            for unit in 0..<20 {
                let values = rows.map { row in (0..<64).reduce(b[unit]) { $0 + w[unit * 64 + $1] * x[row * 64 + $1] } }
                let mean = values.reduce(0, +) / Double(values.count)
                means[unit] += mean / Double(starts.count)
                variances[unit] += values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1) / Double(starts.count)
            }
        }
        for unit in 0..<20 {
            #expect(abs(Double(got["1.running_mean"]![unit]) - means[unit]) < 1e-4)
            #expect(abs(Double(got["1.running_var"]![unit]) / variances[unit] - 1) < 1e-4)
        }
        #expect(history.kept?.weights == .average)
        #expect(try compiled.evaluate(parts.validation) == history.kept?.validation)
    }

    /// Stopped in the middle of an epoch, resumed on the other device: the same bits and the same history.
    @Test(arguments: ["best", "stopping", "ema", "ema best", "swa", "sampling", "accumulation", "penalty"])
    func resumed(what: String) throws {
        var options = Runs.options(epochs: 5)
        switch what {
        case "best": options.keepsBest = .accuracy
        case "stopping": (options.earlyStopping, options.epochs) = (EarlyStopping(patience: 0, margin: 0.05), 12)
        case "ema": options.averaging = .exponential(decay: 0.95)
        case "ema best": (options.averaging, options.keepsBest) = (.exponential(decay: 0.95), .loss)
        case "swa": options.averaging = .stochastic(from: 2)
        case "sampling": options.sampling = ClassSampling(weights: [1, 2, 3, 4, 5, 0, 1, 1, 0.5, 9])
        case "accumulation": options.accumulation = 4
        default: options.penalty = Penalty(l1: 1e-4, l2: 1e-3)
        }
        let folder = try TemporaryFolder()
        let model = try Runs.perceptron()
        var hashes: Set<String> = []
        var histories: [History] = []
        func note(_ compiled: CompiledModel, _ history: History) throws {
            hashes.insert(try compiled.weightsSHA256())
            histories.append(history)
        }
        for device in TestDevices.each {
            let whole = try model.compile(optimizer: .adam(learningRate: 0.01), on: device, seed: 7)
            try note(whole, try whole.fit(parts.train, validation: parts.validation, options: options))
        }
        for (first, second) in zip(TestDevices.each, TestDevices.each.reversed()) {
            var stopped = options
            stopped.checkpoint = folder.file("run")
            let interrupted = try model.compile(optimizer: .adam(learningRate: 0.01), on: first, seed: 7)
            let steps = what == "accumulation" ? 7 : 29
            #expect(throws: TrainingError.self) {
                try interrupted.fit(parts.train, validation: parts.validation, options: stopped, callbacks: [StopAfter(steps)])
            }
            let checkpoint = try Checkpoint.read(folder.file("run"))
            let resumed = try model.compile(optimizer: .adam(learningRate: 0.01), on: second, seed: 7)
            let point = try resumed.restore(checkpoint, options: options, data: parts.train)
            #expect(point.iterations == steps)
            try note(resumed, try resumed.fit(parts.train, validation: parts.validation, options: stopped, from: point))

            // A run that is done and is resumed does nothing more.
            let done = try model.compile(optimizer: .adam(learningRate: 0.01), on: first, seed: 7)
            let end = try done.restore(try Checkpoint.read(folder.file("run")), options: options, data: parts.train)
            try note(done, try done.fit(parts.train, validation: parts.validation, options: options, from: end))

            var other = options
            other.averaging = .exponential(decay: 0.5)
            #expect(throws: TrainingError.self) { try resumed.restore(checkpoint, options: other, data: parts.train) }
        }
        #expect(hashes.count == 1)
        for history in histories {
            #expect(history.epochs.map(\.train) == histories[0].epochs.map(\.train))
            #expect(history.epochs.map(\.validation) == histories[0].epochs.map(\.validation))
            #expect(history.kept == histories[0].kept && history.stoppedEarly == histories[0].stoppedEarly)
        }
        if what == "stopping" { #expect(histories[0].stoppedEarly == true, "it never stopped, so that nothing was tested") }
    }

    @Test func badOptions() throws {
        func refuses(_ text: String, validation: Bool = true, _ change: (inout FitOptions) -> Void) throws {
            var options = Runs.options(epochs: 3)
            change(&options)
            let compiled = try Runs.residual().compile(optimizer: "adam", on: TestDevices.cpu[0])
            let error = #expect(throws: TrainingError.self) {
                try compiled.fit(parts.train, validation: validation ? parts.validation : nil, test: Runs.digits.test, options: options)
            }
            #expect(error?.description.contains(text) == true, "\(String(describing: error))")
        }
        try refuses("looks at validation data", validation: false) { $0.keepsBest = .loss }
        try refuses("looks at validation data", validation: false) { $0.earlyStopping = EarlyStopping(patience: 1) }
        try refuses("loss or accuracy") { $0.keepsBest = .r2 }
        try refuses("0 or more epochs") { $0.earlyStopping = EarlyStopping(patience: -1) }
        try refuses("below 1") { $0.averaging = .exponential(decay: 1) }
        try refuses("epochs 1 to 3") { $0.averaging = .stochastic(from: 4) }
        try refuses("cannot both be kept") { ($0.averaging, $0.keepsBest) = (.stochastic(from: 1), .loss) }
    }
}

extension HostArray {
    fileprivate var floats64: [Double] { dtype == .float32 ? floats.map(Double.init) : integers.map(Double.init) }
}
