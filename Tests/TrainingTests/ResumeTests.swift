import Martlet
import TestSupport
import Testing

/// A run that was stopped and resumed ends with the bits of one that never stopped, on either backend and across.
@Suite struct ResumeTests {
    @Test(arguments: [1, 14, 15, 16, 29, 30])
    func resumingChangesNothing(steps: Int) throws {
        let folder = try TemporaryFolder()
        let model = try Runs.perceptron()
        let options = Runs.options(epochs: 3)
        let whole = try model.compile(optimizer: "adam", on: TestDevices.cpu[1], seed: 7)
        let expected = try whole.fit(Runs.digits.train, test: Runs.digits.test, options: options)

        for (first, second) in zip(TestDevices.each, TestDevices.each.reversed()) {
            var stopped = options
            stopped.checkpoint = folder.file("check point.safetensors")
            let interrupted = try model.compile(optimizer: "adam", on: first, seed: 7)
            #expect(throws: TrainingError.self) {
                try interrupted.fit(Runs.digits.train, test: Runs.digits.test, options: stopped, callbacks: [StopAfter(steps)])
            }
            let resumed = try model.compile(optimizer: "adam", on: second, seed: 7)
            let point = try resumed.restore(
                try Checkpoint.read(folder.file("check point.safetensors")), options: options, data: Runs.digits.train)
            #expect(point.iterations == steps)
            let history = try resumed.fit(Runs.digits.train, test: Runs.digits.test, options: options, from: point)
            #expect(try resumed.weightsSHA256() == (try whole.weightsSHA256()), "\(first.name), then \(second.name)")
            #expect(history.epochs.map(\.train) == expected.epochs.map(\.train))
            #expect(history.epochs.map(\.test) == expected.epochs.map(\.test))
        }
    }

    @Test func anotherRunIsRefused() throws {
        let folder = try TemporaryFolder()
        var options = Runs.options(epochs: 1)
        options.checkpoint = folder.file("a")
        let model = try Runs.perceptron()
        let compiled = try model.compile(optimizer: "adam", on: TestDevices.cpu[0], seed: 7)
        _ = try compiled.fit(Runs.digits.train, options: options)
        let checkpoint = try Checkpoint.read(folder.file("a"))
        #expect(try model.compile(optimizer: "adam", on: TestDevices.cpu[0], seed: 7)
            .restore(checkpoint, options: options, data: Runs.digits.train).epochsDone == 1)

        func refuses(_ compiled: CompiledModel, _ options: FitOptions, _ data: DataSet, _ text: String) {
            let error = #expect(throws: TrainingError.self) { try compiled.restore(checkpoint, options: options, data: data) }
            #expect(error?.description.contains(text) == true, "\(String(describing: error))")
        }
        let same = try model.compile(optimizer: "adam", on: TestDevices.cpu[0], seed: 7)
        refuses(try model.compile(optimizer: "adam", on: TestDevices.cpu[0], seed: 8), options, Runs.digits.train, "the seed 7")
        refuses(try model.compile(optimizer: "adamw", on: TestDevices.cpu[0], seed: 7), options, Runs.digits.train, "optimizer")
        refuses(same, Runs.options(batchSize: 99), Runs.digits.train, "batch size 100")
        refuses(same, options, Runs.digits.test, "training data")
        refuses(try Runs.residual().compile(optimizer: "adam", on: TestDevices.cpu[0], seed: 7), options, Runs.digits.train, "another model")
    }

    @Test func damagedCheckpointsAreRefused() throws {
        let folder = try TemporaryFolder()
        var options = Runs.options(epochs: 1)
        options.checkpoint = folder.file("a")
        let compiled = try Runs.perceptron().compile(optimizer: "adam", on: TestDevices.cpu[0])
        _ = try compiled.fit(Runs.digits.train, options: options)
        let bytes = try File.read(folder.file("a"))
        for count in [0, 7, 100, bytes.count / 2, bytes.count - 1] {
            _ = try folder.write(bytes.prefix(count), to: "b")
            #expect(throws: TrainingError.self) { try Checkpoint.read(folder.file("b")) }
        }
        try compiled.save(to: folder.file("c"))
        let error = #expect(throws: TrainingError.self) { try Checkpoint.read(folder.file("c")) }
        #expect(error?.description.contains("no checkpoint") == true)
        _ = try ModelFile.read(folder.file("a"))
    }
}
