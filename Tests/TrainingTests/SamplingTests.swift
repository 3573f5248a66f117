import Martlet
import MartletData
import Testing

@Suite struct SamplingTests {
    @Test func drawsFollowTheWeights() {
        let draw = WeightedDraw(weights: [0] + Array(repeating: 1, count: 4000) + [0, 3000, 0] + Array(repeating: 0, count: 3000), stream: 5)
        let rows = draw.rows(seed: 3, epoch: 0)
        #expect(rows.count == 7004)
        #expect(rows.allSatisfy { 1...4000 ~= $0 || $0 == 4002 })
        // 3 of 7, within five standard deviations of 7004 draws.
        #expect(abs(rows.count { $0 == 4002 } - 3002) < 210)
        #expect(Set(rows).count > 2000)
        #expect(draw.rows(seed: 3, epoch: 0) == rows)
        #expect(draw.rows(seed: 3, epoch: 1) != rows && draw.rows(seed: 4, epoch: 0) != rows)
        #expect(WeightedDraw(weights: [2], stream: 5).rows(seed: 0, epoch: 0) == [0])
    }

    @Test func balancedWeights() throws {
        let data = Runs.digits.train.subset(Runs.digits.train.labels.indices.filter { Runs.digits.train.labels[$0] != 4 })
        let weights = try ClassSampling.balanced(data).weights
        #expect(weights[4] == 1)
        for (weight, count) in zip(weights, data.classCounts) where count > 0 {
            #expect(abs(weight * Double(count) - Double(data.count) / 10) < 1e-9)
        }
    }

    /// The same bits on every device, and with samples that are sent batch by batch.
    @Test func bitsAreEqualEverywhere() throws {
        var options = Runs.options()
        options.sampling = ClassSampling(weights: [1, 0, 3, 4, 5, 0.1, 1, 1, 0.5, 9])
        var hashes: Set<String> = []
        for device in TestDevices.all {
            for residency in [Residency.automatic, .streamed] {
                let compiled = try Runs.perceptron().compile(optimizer: "adam", on: device, seed: 7)
                compiled.residency = residency
                _ = try compiled.fit(Runs.digits.train, options: options)
                hashes.insert(try compiled.weightsSHA256())
            }
        }
        #expect(hashes.count == 1)
        options.sampling = nil
        #expect(try !hashes.contains(Runs.hash(Runs.perceptron(), on: TestDevices.cpu[0], options: options)))
    }

    @Test func badWeights() throws {
        for (weights, text) in [([1.0], "10 classes"), (Array(repeating: -1, count: 10), "at least 0"), (Array(repeating: 0, count: 10), "above 0")] {
            var options = Runs.options()
            options.sampling = ClassSampling(weights: weights)
            let compiled = try Runs.perceptron().compile(optimizer: "adam", on: TestDevices.cpu[0])
            let error = #expect(throws: TrainingError.self) { try compiled.fit(Runs.digits.train, options: options) }
            #expect(error?.description.contains(text) == true, "\(String(describing: error))")
        }
    }
}
