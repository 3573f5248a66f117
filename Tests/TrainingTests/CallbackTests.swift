import Martlet
import Synchronization
import TestSupport
import Testing

@Suite struct CallbackTests {
    /// Keeps all it is told.
    final class Recorder: Callback {
        let lossInterval: Int?
        private let decide: (Progress) -> Decision
        var progress: [Progress] = []
        var losses: [StepLoss] = []
        /// How many steps had been given to the device when each loss came.
        var stepsAtLoss: [Int] = []
        var epochs: [History.Epoch] = []

        init(lossInterval: Int? = nil, _ decide: @escaping (Progress) -> Decision = { _ in .proceed }) {
            self.lossInterval = lossInterval
            self.decide = decide
        }
        func progressed(_ progress: Progress, of model: CompiledModel) -> Decision {
            self.progress.append(progress)
            return decide(progress)
        }
        func received(_ loss: StepLoss) -> Decision {
            losses.append(loss)
            stepsAtLoss.append(progress.count + 1)
            return .proceed
        }
        func finished(_ epoch: History.Epoch, of model: CompiledModel) -> Decision {
            epochs.append(epoch)
            return .proceed
        }
    }

    private func compiled(on device: any Device = TestDevices.cpu[1]) throws -> CompiledModel {
        try Runs.perceptron().compile(optimizer: "adam", on: device, seed: 7)
    }

    @Test func everyStepAndEpochIsTold() throws {
        let recorder = Recorder()
        let history = try compiled().fit(Runs.digits.train, options: Runs.options(), callbacks: [recorder])
        // 1,437 samples in batches of 100.
        #expect(recorder.progress.map(\.iterations) == Array(1...30))
        #expect(recorder.progress.map(\.batch) == Array(1...15) + Array(1...15))
        #expect(recorder.progress.allSatisfy { $0.batches == 15 && $0.epochs == 2 })
        #expect(recorder.epochs == history.epochs)
        #expect(recorder.losses.isEmpty)
    }

    /// Each loss once, in order, four steps later or at the epoch's end: the same numbers at the same steps everywhere.
    @Test func losses() throws {
        var expected: [UInt64]?
        for device in TestDevices.each {
            let recorder = Recorder(lossInterval: 1), third = Recorder(lossInterval: 3)
            let compiled = try compiled(on: device)
            let history = try compiled.fit(Runs.digits.train, options: Runs.options(), callbacks: [recorder, third])
            #expect(recorder.losses.map(\.iteration) == Array(1...30))
            #expect(recorder.losses.map(\.epoch) == Array(repeating: 1, count: 15) + Array(repeating: 2, count: 15))
            #expect(recorder.stepsAtLoss == Array(5...15) + [16, 16, 16, 16] + Array(20...30) + [31, 31, 31, 31])
            #expect(third.losses.map(\.iteration) == Array(stride(from: 3, through: 30, by: 3)))
            #expect(third.losses == recorder.losses.filter { $0.iteration % 3 == 0 })
            // The epoch's loss is their mean, each as often as its batch has samples.
            let sizes = Array(repeating: 100.0, count: 14) + [37]
            let sum = zip(recorder.losses.prefix(15), sizes).reduce(0) { $0 + $1.0.loss * $1.1 }
            #expect(abs(sum / 1437 - history.epochs[0].train.loss) < 1e-6)
            let bits = recorder.losses.map(\.loss.bitPattern)
            #expect(bits == expected ?? bits, "\(device.name)")
            expected = bits
        }
    }

    /// Whatever callbacks read, the run is the same.
    @Test func callbacksChangeNothing() throws {
        for device in TestDevices.each {
            let alone = try compiled(on: device)
            let expected = try alone.fit(Runs.digits.train, validation: Runs.digits.test, options: Runs.options())
            let watched = try compiled(on: device)
            struct Reader: Callback {
                func progressed(_ progress: Progress, of model: CompiledModel) throws -> Decision {
                    if progress.iterations % 7 == 0 {
                        _ = try model.evaluate(Runs.digits.test)
                        _ = try model.gradients()
                    }
                    return .proceed
                }
            }
            let history = try watched.fit(
                Runs.digits.train, validation: Runs.digits.test, options: Runs.options(),
                callbacks: [Reader(), OnLoss { _ in .proceed }, AfterEpoch { epoch, model in
                    let again = try model.evaluate(Runs.digits.test)
                    #expect(again == epoch.validation)
                    return .proceed
                }])
            #expect(try watched.weightsSHA256() == alone.weightsSHA256(), "\(device.name)")
            #expect(history.epochs.map(\.train) == expected.epochs.map(\.train))
        }
    }

    @Test func finishing() throws {
        var options = Runs.options(epochs: 9)
        let folder = try TemporaryFolder()
        options.checkpoint = folder.file("early")
        // In the middle of the second epoch, with its last step, with the loss of that, and at its end.
        let callbacks: [(step: Int, callback: any Callback)] = [
            (20, Recorder { $0.iterations == 20 ? .finish : .proceed }), (30, Recorder { $0.iterations == 30 ? .finish : .proceed }),
            (30, OnLoss { $0.iteration == 30 ? .finish : .proceed }), (30, AfterEpoch { epoch, _ in epoch.epoch == 2 ? .finish : .proceed }),
        ]
        for (step, callback) in callbacks {
            let model = try compiled()
            let history = try model.fit(Runs.digits.train, options: options, callbacks: [callback])
            #expect(history.epochs.count == (step == 20 ? 1 : 2))
            #expect(model.iterations == step)
            let point = try compiled().restore(try Checkpoint.read(folder.file("early")), options: options, data: Runs.digits.train)
            #expect(point.iterations == step)
        }
    }

    /// A loss that decides does so at the same step on every device.
    @Test func aLossDecides() throws {
        let recorder = Recorder(lossInterval: 1)
        _ = try compiled().fit(Runs.digits.train, options: Runs.options(), callbacks: [recorder])
        let decisive = recorder.losses[..<9].min { $0.loss < $1.loss }!
        for device in TestDevices.each {
            let model = try compiled(on: device)
            _ = try model.fit(
                Runs.digits.train, options: Runs.options(), callbacks: [OnLoss { $0.loss <= decisive.loss ? .finish : .proceed }])
            #expect(model.iterations == decisive.iteration + 4, "\(device.name)")
        }
    }

    /// Of two decisions the stronger counts, and everybody is asked.
    @Test func severalCallbacks() throws {
        let first = Recorder { _ in .finish }, second = Recorder { _ in .interrupt }, third = Recorder()
        let model = try compiled()
        let error = #expect(throws: TrainingError.self) {
            try model.fit(Runs.digits.train, options: Runs.options(), callbacks: [first, second, third])
        }
        guard case .interrupted(epoch: 1, step: 1, checkpoint: nil)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(third.progress.count == 1)
    }

    @Test func errors() throws {
        struct Mishap: Error, CustomStringConvertible { let description = "the log is full" }
        let model = try compiled()
        var error = #expect(throws: TrainingError.self) {
            try model.fit(Runs.digits.train, options: Runs.options(), callbacks: [OnLoss { _ in throw Mishap() }])
        }
        #expect(error?.description == "the callback OnLoss failed: the log is full")
        error = #expect(throws: TrainingError.self) {
            try model.fit(Runs.digits.train, options: Runs.options(), callbacks: [OnLoss(every: 0) { _ in .proceed }])
        }
        #expect(error?.description.contains("every 1 or more steps") == true)
        // Training's own errors stay what they are.
        error = #expect(throws: TrainingError.self) {
            try model.fit(Runs.digits.train, options: Runs.options(), callbacks: [AfterEpoch { _, model in
                try model.save(to: "/no/such/folder/model")
                return .proceed
            }])
        }
        guard case .file? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
