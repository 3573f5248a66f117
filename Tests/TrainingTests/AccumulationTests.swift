import Martlet
import TestSupport
import Testing

/// Steps whose gradients come from several batches.
@Suite struct AccumulationTests {
    private func train(batch: Int, accumulation: Int, on device: any Device) throws -> (model: CompiledModel, history: History) {
        var options = Runs.options(epochs: 2, batchSize: batch)
        options.accumulation = accumulation
        options.penalty = Penalty(l2: 1e-3)
        var optimizer = Optimizer.momentum(learningRate: 0.05)
        optimizer.clipping = GradientClipping(norm: 1)
        let compiled = try Runs.residual().compile(optimizer: optimizer, on: device, seed: 7)
        return (compiled, try compiled.fit(Runs.digits.train, options: options))
    }

    /// 1437 samples: four steps of 300 and one of 237, whose last batch has 37.
    @Test func equalsTheLargeBatch() throws {
        let (large, whole) = try train(batch: 300, accumulation: 1, on: TestDevices.cpu[0])
        let (small, parts) = try train(batch: 100, accumulation: 3, on: TestDevices.cpu[1])
        #expect(whole.epochs.map(\.iterations) == [5, 10] && parts.epochs.map(\.iterations) == [5, 10])
        for (a, b) in zip(try large.weights(), try small.weights()) {
            for (x, y) in zip(a.array.floats, b.array.floats) { #expect(abs(x - y) < 2e-6, "\(a.name)") }
        }
        for (a, b) in zip(whole.epochs, parts.epochs) {
            #expect(abs(a.train.loss - b.train.loss) < 1e-5)
            // Of the weights before each batch, which are fewer for the large one's penalty than for the small ones'.
            #expect(abs(a.penalty! - b.penalty!) < 1e-5)
        }
    }

    @Test func bitsAreEqualEverywhere() throws {
        let hashes = try TestDevices.all.map { try train(batch: 64, accumulation: 5, on: $0).model.weightsSHA256() }
        #expect(Set(hashes).count == 1)
    }

    @Test func moreThanAnEpochHas() throws {
        let (_, history) = try train(batch: 1000, accumulation: 50, on: TestDevices.cpu[0])
        #expect(history.epochs.map(\.iterations) == [1, 2])
    }

    @Test func badOptions() throws {
        let error = #expect(throws: TrainingError.self) { try train(batch: 10, accumulation: 0, on: TestDevices.cpu[0]) }
        #expect(error?.description.contains("not of 0") == true)
    }
}
