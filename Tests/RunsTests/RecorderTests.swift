import Foundation
import Martlet
import MartletRuns
import TestSupport
import Testing

/// Records of runs with more than the usual settings.
@Suite struct RecorderTests {
    @Test func schedulesAndAccumulation() throws {
        let record = try Runs.record(try Runs.perceptron([16]), .sgd(learningRate: 0.1), epochs: 4, batchSize: 50) { options in
            options.schedule = try Schedule("cosine")
            options.accumulation = 3
        }
        // 29 batches to an epoch, and so 10 steps.
        #expect(record.steps.map(\.iteration) == Array(1...40) && record.steps[39].epoch == 4)
        #expect(record.steps[0].learningRate == 0.1 && record.steps[39].learningRate < 0.001)
        #expect(record.epochs.map(\.learningRate) == [9, 19, 29, 39].map { record.steps[$0].learningRate })
        #expect(record.settings.options["schedule"]?.contains("cosine") == true && record.settings.accumulation == 3)
        #expect(record.statistics.map(\.epoch) == [0, 0.1, 1, 2, 3, 4])
        #expect(RunPage(record).html.contains("cosine"))
    }

    /// A long run has the losses of some steps.
    @Test func longRunsHaveSomeLosses() throws {
        let record = try Runs.record(try Runs.perceptron([4]), epochs: 6, batchSize: 6, rate: .never)
        #expect(record.steps.map(\.iteration) == Array(stride(from: 4, through: 1440, by: 4)))
    }

    @Test func theBestWeightsAreThoseThatAreLookedAt() throws {
        let (train, held) = try #require(Runs.digits.train.divided(holdingOut: 0.2, seed: 1))
        let record = try Runs.record(try Runs.perceptron([64]), .adam(learningRate: 0.02), train: train, validation: held, epochs: 12) { options in
            options.keepsBest = .loss
        }
        let kept = try #require(record.outcome?.kept)
        let best = try #require(record.epochs.min { $0.validation!.loss < $1.validation!.loss })
        #expect(kept.epoch == best.epoch && record.outcome?.test == best.test)
        let right = try #require(record.outcome?.confusion).counts.enumerated().reduce(0) { $0 + $1.element[$1.offset] }
        #expect(Double(right) / 360 == best.test?.accuracy)
        #expect(RunPage(record).html.contains("epoch \(best.epoch)"))
    }

    /// What the page shows of the test data comes from the pass that measured them: no sample is computed twice.
    @Test(arguments: Runs.devices.indices) func outputsComeWithTheMeasurement(device: Int) throws {
        final class Watch: Callback {
            var given: [HostArray] = []
            let wantsOutputs: Bool
            init(_ wantsOutputs: Bool) { self.wantsOutputs = wantsOutputs }
            func tested(_ outputs: HostArray, of model: CompiledModel) { given.append(outputs) }
        }
        let (watch, other) = (Watch(true), Watch(false))
        let compiled = try Runs.perceptron([16], batchNorm: true).compile(optimizer: .adam(), on: Runs.devices[device], seed: 7)
        _ = try compiled.fit(
            Runs.digits.train, test: Runs.digits.test, options: Runs.options(epochs: 2), callbacks: [watch, other])
        #expect(watch.given.count == 2 && other.given.isEmpty)
        let predicted = try compiled.predict(Runs.digits.test)
        #expect(watch.given[1].shape == [360, 10] && sameBits(watch.given[1].floats, predicted.floats))
    }

    /// Layers that are frozen have no gradients, and are not said to vanish.
    @Test func frozenLayersAreNoIllness() throws {
        let record = try Runs.record(try Runs.perceptron([64, 64, 64]), epochs: 15) { options in
            options.parameters.frozen = [NamePattern("0.*")]
        }
        #expect(record.settings.frozen == ["0.bias", "0.weight"] && record.statistics[1].parameters[0].gradientNorm == 0)
        #expect(!record.diagnosis().contains { $0.rule.hasSuffix("gradients") }, "\(record.diagnosis())")
    }

    /// What training refuses leaves no run behind, so that the next try finds the folder free.
    @Test func refusedOptionsLeaveNoRun() throws {
        let place = try TemporaryFolder()
        let folder = RunFolder(place.file("run"))
        let refused = try Runs.record(try Runs.perceptron([4]), epochs: 1, batchSize: 5000, folder: folder)
        #expect(refused.outcome?.state == .failed)
        _ = try Runs.record(try Runs.perceptron([4]), epochs: 1, folder: folder)
        #expect(try folder.read().epochs.count == 1)
    }
}
