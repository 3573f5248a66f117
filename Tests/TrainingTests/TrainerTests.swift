import Glibc
import Martlet
import MartletCPU
import Synchronization
import TestSupport
import Testing

@Suite struct TrainerTests {
    private func trainer(on device: any Device = TestDevices.cpu[0]) throws -> Trainer {
        Trainer(try Runs.perceptron().compile(optimizer: "adam", on: device, seed: 7))
    }

    @Test func theSameRun() async throws {
        let alone = try Runs.hash(try Runs.perceptron(), on: TestDevices.cpu[1])
        let trainer = try trainer()
        let history = try await trainer.fit(Runs.digits.train, options: Runs.options())
        #expect(history.epochs.count == 2)
        #expect(try await trainer.use { (model) throws(TrainingError) in try model.weightsSHA256() } == alone)
        #expect(try await trainer.predict(Runs.digits.test.features, divisor: 16).shape == [360, 10])
    }

    /// A stop that opens when enough tasks have come by.
    private final class Gate: Sendable {
        private let passed = Atomic<Int>(0)
        let needed: Int
        init(needing count: Int) { needed = count }
        func pass() { passed.add(1, ordering: .releasing) }
        var isOpen: Bool { passed.load(ordering: .acquiring) >= needed }
        var count: Int { passed.load(ordering: .acquiring) }
    }

    /// Holds its thread until the gate is open.
    private struct Holdup: Callback {
        let arrivals: Gate
        let release: Gate
        func progressed(_ progress: Progress, of model: CompiledModel) -> Decision {
            if progress.iterations == 1 {
                arrivals.pass()
                while !release.isOpen && !Task.isCancelled { sched_yield() }
            }
            return .proceed
        }
    }

    /// More runs than there are processors, all held in the middle of a step until a hundred tasks have gone ten times
    /// round: if one of the runs were on a thread that tasks share, this would never end.
    @Test(.timeLimit(.minutes(2))) func tasksGoOnWhileModelsAreTrained() async throws {
        let count = (try CPUDevice()).threads + 2
        let arrivals = Gate(needing: count), release = Gate(needing: 1)
        try await withThrowingTaskGroup(of: History?.self) { group in
            for _ in 0..<count {
                let trainer = try trainer(on: try CPUDevice(threads: 1))
                group.addTask {
                    try await trainer.fit(
                        Runs.digits.train, options: Runs.options(epochs: 1), callbacks: [Holdup(arrivals: arrivals, release: release)])
                }
            }
            group.addTask {
                // From here on every run holds its thread.
                while !arrivals.isOpen { await Task.yield() }
                let rounds = Gate(needing: 1000)
                await withDiscardingTaskGroup { tasks in
                    for _ in 0..<100 {
                        tasks.addTask {
                            for _ in 0..<10 {
                                rounds.pass()
                                await Task.yield()
                            }
                        }
                    }
                }
                #expect(rounds.count == 1000)
                release.pass()
                return nil
            }
            var histories: [History] = []
            for try await history in group { if let history { histories.append(history) } }
            #expect(histories.count == count)
            #expect(histories.allSatisfy { $0.epochs.map(\.train) == histories[0].epochs.map(\.train) })
        }
    }

    /// The weights are those of the last step, which is in the checkpoint; the run can go on.
    @Test func cancellation() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("cancelled")
        var options = Runs.options(epochs: 3)
        let whole = try Runs.hash(try Runs.perceptron(), on: TestDevices.cpu[0], options: options)
        options.checkpoint = path
        let trainer = try trainer(), given = options
        let reached = AsyncStream<Void>.makeStream()
        struct Announcement: Callback {
            let reached: AsyncStream<Void>.Continuation
            func progressed(_ progress: Progress, of model: CompiledModel) -> Decision {
                if progress.iterations == 20 {
                    reached.finish()
                    // Whoever waits for this step cancels before the next.
                    while !Task.isCancelled { sched_yield() }
                }
                return .proceed
            }
        }
        let training = Task {
            try await trainer.fit(Runs.digits.train, options: given, callbacks: [Announcement(reached: reached.continuation)])
        }
        for await _ in reached.stream {}
        training.cancel()
        let error = await #expect(throws: TrainingError.self) { try await training.value }
        guard case .interrupted(epoch: 2, step: 20, checkpoint: path)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let stopped = try await trainer.use { (model) throws(TrainingError) in try model.weights().map(\.array) }
        let checkpoint = try Checkpoint.read(path)
        #expect(zip(stopped, checkpoint.file.weights).allSatisfy { sameBits($0.floats, $1.array.floats) })
        // Another task goes on with it.
        let hash = try await trainer.use { model in
            let point = try model.restore(checkpoint, options: given, data: Runs.digits.train)
            _ = try model.fit(Runs.digits.train, options: given, from: point)
            return try model.weightsSHA256()
        }
        #expect(hash == whole)
    }

    @Test func cancelledBefore() async throws {
        let trainer = try trainer()
        let training = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await trainer.fit(Runs.digits.train, options: Runs.options())
        }
        let error = await #expect(throws: TrainingError.self) { try await training.value }
        guard case .interrupted(epoch: 1, step: 1, checkpoint: nil)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
