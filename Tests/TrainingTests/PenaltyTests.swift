import Martlet
import Testing

@Suite struct PenaltyTests {
    private func weights(_ penalty: Penalty, _ optimizer: Optimizer, decaysAll: Bool = false, on device: any Device = TestDevices.cpu[0])
        throws -> (weights: [(name: String, array: HostArray)], history: History)
    {
        let compiled = try Runs.residual().compile(optimizer: optimizer, on: device, seed: 7, decaysAll: decaysAll)
        var options = Runs.options(epochs: 1, batchSize: 1437)
        options.penalty = penalty
        let history = try compiled.fit(Runs.digits.train, options: options)
        return (try compiled.weights(), history)
    }

    @Test func l2IsCoupledDecay() throws {
        for decaysAll in [false, true] {
            let penalty = try weights(Penalty(l2: 0.1), .sgd(learningRate: 0.5), decaysAll: decaysAll).weights
            let decay = try weights(.none, .sgd(learningRate: 0.5, weightDecay: 0.1), decaysAll: decaysAll).weights
            for (a, b) in zip(penalty, decay) {
                for (x, y) in zip(a.array.floats, b.array.floats) { #expect(abs(x - y) < 1e-6, "\(a.name)") }
            }
        }
    }

    /// One step: w - rate (g + l1 sign w).
    @Test func l1PullsTowardZero() throws {
        let initial = try Runs.residual().compile(optimizer: .sgd(learningRate: 0), on: TestDevices.cpu[0], seed: 7).weights()
        let plain = try weights(.none, .sgd(learningRate: 0.5)).weights
        let pulled = try weights(Penalty(l1: 0.01), .sgd(learningRate: 0.5)).weights
        for ((start, a), b) in zip(zip(initial, plain), pulled) {
            for ((w, x), y) in zip(zip(start.array.floats, a.array.floats), b.array.floats) {
                let sign: Float = w > 0 ? 1 : w < 0 ? -1 : 0
                let expected = start.name.hasSuffix("weight") ? x - 0.5 * 0.01 * sign : x
                #expect(abs(y - expected) < 1e-6, "\(start.name)")
            }
        }
    }

    @Test func penaltyIsReported() throws {
        let initial = try Runs.residual().compile(optimizer: .sgd(learningRate: 0), on: TestDevices.cpu[0], seed: 7).weights()
        var expected = 0.0
        for (name, array) in initial where name.hasSuffix("weight") {
            for w in array.floats.map(Double.init) { expected += 0.01 * abs(w) + 0.05 * w * w }
        }
        for device in TestDevices.each {
            let (_, history) = try weights(Penalty(l1: 0.01, l2: 0.1), .sgd(learningRate: 0), on: device)
            let penalty = try #require(history.epochs[0].penalty)
            #expect(abs(penalty - expected) < 1e-4 * expected)
            let (_, plain) = try weights(.none, .sgd(learningRate: 0), on: device)
            #expect(plain.epochs[0].penalty == nil)
            #expect(plain.epochs[0].train == history.epochs[0].train)
        }
    }

    @Test func badPenalties() {
        for penalty in [Penalty(l1: -1), Penalty(l2: .nan), Penalty(l1: .infinity)] {
            #expect(throws: TrainingError.self) { try weights(penalty, .sgd()) }
        }
    }
}
