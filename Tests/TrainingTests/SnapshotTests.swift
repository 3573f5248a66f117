import Martlet
import TestSupport
import Testing

/// Members of an ensemble out of one run: the weights where cycles of its schedule end.
@Suite struct SnapshotTests {
    private static func options(_ snapshots: Int = 2, cycle: Double = 2, epochs: Int = 6) throws -> FitOptions {
        var options = Runs.options(epochs: epochs)
        options.schedule = try Schedule("cosine_restarts", ["t0": .epochs(cycle)])
        options.snapshots = snapshots
        return options
    }

    private func compiled(on device: any Device) throws -> CompiledModel {
        try Runs.perceptron().compile(optimizer: .adam(learningRate: 0.01), on: device, seed: 7)
    }

    private func run(_ options: FitOptions, on device: any Device, callbacks: [any Callback] = []) throws -> CompiledModel {
        let compiled = try compiled(on: device)
        _ = try compiled.fit(Runs.digits.train, options: options, callbacks: callbacks)
        return compiled
    }

    /// They are what the model was then, the last of them what it is at the end, and the same on every device.
    @Test func weightsAtTheEndsOfCycles() throws {
        var hashes: Set<String> = []
        for device in TestDevices.all {
            var seen: [Int: String] = [:]
            let compiled = try run(try Self.options(), on: device, callbacks: [AfterEpoch { epoch, model in
                seen[epoch.epoch] = try model.weightsSHA256()
                return .proceed
            }])
            let ensemble = try Ensemble(snapshotsOf: compiled)
            #expect(compiled.snapshots.map(\.epoch) == [4, 6])
            #expect(ensemble.members.map(\.weightsSHA256) == [seen[4], seen[6]])
            #expect(try ensemble.members[1].weightsSHA256 == compiled.weightsSHA256())
            hashes.insert(ensemble.weightsSHA256)
        }
        #expect(hashes.count == 1)
    }

    /// Stopped before, at and behind the end of a cycle, resumed on the other device: the same members.
    @Test(arguments: [1, 30, 31, 44, 60, 75, 89, 90]) func resumed(steps: Int) throws {
        let folder = try TemporaryFolder()
        let options = try Self.options(3)
        let expected = try Ensemble(snapshotsOf: run(options, on: TestDevices.cpu[0])).weightsSHA256
        for (first, second) in zip(TestDevices.each, TestDevices.each.reversed()) {
            var stopped = options
            stopped.checkpoint = folder.file("a run")
            #expect(throws: TrainingError.self) { try run(stopped, on: first, callbacks: [StopAfter(steps)]) }
            let resumed = try compiled(on: second)
            let point = try resumed.restore(try Checkpoint.read(folder.file("a run")), options: options, data: Runs.digits.train)
            _ = try resumed.fit(Runs.digits.train, options: options, from: point)
            #expect(try Ensemble(snapshotsOf: resumed).weightsSHA256 == expected, "\(first.name), then \(second.name)")
        }
    }

    /// A run that is to be shorter or longer than was thought has the last snapshots of its new length.
    @Test(arguments: [4, 8]) func anotherNumberOfEpochs(epochs: Int) throws {
        let folder = try TemporaryFolder()
        var options = try Self.options()
        options.checkpoint = folder.file("a run")
        // In the middle of the fourth epoch.
        #expect(throws: TrainingError.self) { try run(options, on: TestDevices.cpu[1], callbacks: [StopAfter(50)]) }
        var other = try Self.options(epochs: epochs)
        let resumed = try compiled(on: TestDevices.cpu[1])
        let point = try resumed.restore(try Checkpoint.read(folder.file("a run")), options: other, data: Runs.digits.train)
        _ = try resumed.fit(Runs.digits.train, options: other, from: point)
        #expect(resumed.snapshots.map(\.epoch) == [epochs - 2, epochs])
        #expect(try Ensemble(snapshotsOf: resumed).weightsSHA256 == Ensemble(snapshotsOf: run(other, on: TestDevices.cpu[1])).weightsSHA256)

        other.snapshots = 1
        let error = #expect(throws: TrainingError.self) {
            try resumed.restore(try Checkpoint.read(folder.file("a run")), options: other, data: Runs.digits.train)
        }
        #expect(error?.description.contains("snapshots 2, and now it is 1") == true, "\(String(describing: error))")
    }

    /// A run that is ended has those that there were; the next run forgets them.
    @Test func endedAndRunAgain() throws {
        let model = try run(try Self.options(3), on: TestDevices.cpu[1], callbacks: [AfterEpoch { epoch, _ in epoch.epoch == 5 ? .finish : .proceed }])
        #expect(model.snapshots.map(\.epoch) == [2, 4])
        _ = try model.fit(Runs.digits.train, options: try Self.options(1, epochs: 2))
        #expect(model.snapshots.map(\.epoch) == [2])
        _ = try model.fit(Runs.digits.train, options: Runs.options(epochs: 1))
        let error = #expect(throws: TrainingError.self) { try Ensemble(snapshotsOf: model) }
        #expect(error?.description.contains("kept no snapshots") == true)
    }

    @Test func savedAndUsed() throws {
        let folder = try TemporaryFolder()
        let ensemble = try Ensemble(snapshotsOf: run(try Self.options(3), on: TestDevices.cpu[1]), data: DataDescription(Runs.digits.train))
        try ensemble.save(to: folder.file("three"))
        let read = try Ensemble.read(folder.file("three"))
        #expect(read.weightsSHA256 == ensemble.weightsSHA256 && read.data == ensemble.data)
        let (each, together) = try read.evaluations(Runs.digits.test, on: TestDevices.cpu[1])
        #expect(each.count == 3 && together.loss <= each.map(\.loss).reduce(0, +) / 3)
    }

    /// A cycle ends where the rate is low and the next one begins where it is high, and nowhere else.
    @Test(arguments: [
        "cosine_restarts:t0=7", "cosine_restarts:t0=3,t_mult=2", "cosine_restarts:t0=3,t_mult=1.3",
        "linear_warmup:total=11,start_factor=1 then cosine_restarts:t0=5",
    ])
    func cyclesEndWhereTheRateRises(text: String) throws {
        let schedule = try Schedule(parsing: text).resolved(for: RunLength(iterationsPerEpoch: 20, epochs: 5))
        let rises = (1..<100).filter { schedule.rate(at: $0, base: 1) > schedule.rate(at: $0 - 1, base: 1) }
        let ends = (0..<100).compactMap { schedule.end(ofCycle: $0) }.filter { $0 < 100 }.map(Int.init)
        #expect(rises == ends)
    }

    @Test func trianglesEndAtTheirFoot() throws {
        let schedule = try Schedule("cyclic", ["step_size_up": .iterations(4), "step_size_down": .iterations(6)])
            .resolved(for: RunLength(iterationsPerEpoch: 20, epochs: 5))
        for cycle in 0..<5 {
            let end = Int(schedule.end(ofCycle: cycle)!)
            #expect(end == 10 * (cycle + 1) && schedule.rate(at: end, base: 1) == 0.1)
        }
    }

    @Test func whatCannotBe() throws {
        func refuses(_ parts: String..., change: (inout FitOptions) throws -> Void) throws {
            var options = try Self.options()
            try change(&options)
            let error = #expect(throws: TrainingError.self) { try run(options, on: TestDevices.cpu[0]) }
            for part in parts { #expect(error?.description.contains(part) == true, "\(String(describing: error))") }
        }
        try refuses("1 or more", "not 0") { $0.snapshots = 0 }
        try refuses("'constant' has no cycles", "cosine_restarts or cyclic") { $0.schedule = .constant }
        try refuses("'cosine' has no cycles") { $0.schedule = try Schedule("linear_warmup").then("cosine") }
        try refuses("4 snapshots", "has 3") { $0.snapshots = 4 }
        try refuses("7 epochs", "ends with epoch 6") { $0.epochs = 7 }
        try refuses("1 epochs", "longer than the run") { $0.epochs = 1 }
        try refuses("longer than the run") { $0.epochs = 0 }
        try refuses("5 of 15 iterations into epoch 2", "whole epochs") { $0.schedule = try Schedule("cosine_restarts", ["t0": .iterations(20)]) }
        try refuses("longer than the run") { $0.schedule = try Schedule("cosine_restarts", ["t0": .iterations(1 << 39), "t_mult": 1e300]) }
        try refuses("averaging") { $0.averaging = .exponential(decay: 0.9) }
        try refuses("the best weights", "validation") { $0.keepsBest = .loss }
        #expect(throws: TrainingError.self) {
            try PreparedTraining(try compiled(on: TestDevices.cpu[0]), Runs.digits.train, options: try Self.options())
        }
    }
}
