import Martlet
import MartletStudies
import Testing

/// Studies say what the literature says, in numbers.
@Suite struct StudyTests {
    struct Quiet: StudyObserver {
        func started(_ what: String) {}
        var shouldStop: Bool { false }
    }
    struct Stopped: StudyObserver {
        func started(_ what: String) {}
        var shouldStop: Bool { true }
    }

    private func initialisation(_ activation: String, epochs: Int = 0) throws -> InitialisationResult {
        var study = InitialisationStudy()
        (study.layers, study.width, study.activation, study.epochs) = (8, 128, activation, epochs)
        return try study.run(Runs.digits.train, Runs.digits.test, on: Runs.cpu, Quiet())
    }

    private func deviations(_ result: InitialisationResult, _ scheme: String, batchNorm: Bool = false) throws -> [Double] {
        let item = try #require(result.cases.first { $0.scheme.name == scheme && $0.batchNorm == batchNorm })
        return item.hidden.map(\.values.deviation)
    }

    /// Glorot and Bengio (2010), and CS231n: with tanh, small weights let signals die, large ones saturate, and Xavier's hold.
    @Test func tanhWantsXavier() throws {
        let result = try initialisation("tanh")
        let tiny = try deviations(result, "tiny")
        #expect(zip(tiny, tiny.dropFirst()).allSatisfy { $1 < 0.3 * $0 }, "\(tiny)")
        let xavier = try deviations(result, "xavier")
        #expect(xavier.allSatisfy { $0 > 0.2 && $0 < 1 } && xavier.last! > 0.3 * xavier[0], "\(xavier)")
        let large = try #require(result.cases.first { $0.scheme.name == "large" && !$0.batchNorm })
        #expect(large.hidden.dropFirst().allSatisfy { $0.saturatedShare ?? 0 > 0.5 })
        // batchNorm makes up for small weights.
        let normed = try deviations(result, "tiny", batchNorm: true)
        #expect(normed.last! > 0.5 * normed[0], "\(normed)")
    }

    /// He et al. (2015): with ReLU, Xavier's weights lose half of the variance in each layer, and He's hold, forward and back.
    @Test func reluWantsHe() throws {
        let result = try initialisation("relu")
        let (xavier, he) = (try deviations(result, "xavier"), try deviations(result, "he"))
        #expect(he.last! > 0.4 * he[0] && he.last! < 2.5 * he[0], "\(he)")
        let fall = xavier.last! / xavier[0], expected = 0.0883883476  // 2^(-7/2)
        #expect(fall > expected / 2 && fall < expected * 2, "\(xavier)")
        let item = try #require(result.cases.first { $0.scheme.name == "he" && !$0.batchNorm })
        let gradients = item.hidden.map { $0.gradients?.deviation ?? .nan }
        #expect(gradients[0] > 0.2 * gradients.last! && gradients[0] < 5 * gradients.last!, "\(gradients)")
        let large = try deviations(result, "large")
        #expect(zip(large, large.dropFirst()).allSatisfy { $1 > 3 * $0 }, "\(large)")
    }

    /// Units with equal weights stay equal.
    @Test func zeroWeightsKeepTheirSymmetry() throws {
        let result = try initialisation("tanh", epochs: 1)
        func distinctUnits(_ scheme: String) -> Int? { result.cases.first { $0.scheme.name == scheme && !$0.batchNorm }?.distinctUnits }
        #expect(distinctUnits("zero") == 1 && distinctUnits("xavier") == 128)
        #expect(result.cases.count == 12 && result.json.count == 12 && result.table.rows.count == 12)
    }

    /// SGD zigzags on the bowl, momentum does not and comes further; the ways are the same on every device.
    @Test func waysDownTheBowl() throws {
        var study = OptimizerStudy()
        study.epochs = 2
        let results = try Runs.devices.map { try study.run(Runs.digits.train, Runs.digits.test, on: $0, Quiet()) }
        let bowl = try #require(results[0].descents[.bowl])
        let (sgd, momentum) = (bowl[0], bowl[1])
        #expect(sgd.optimizer == "sgd" && momentum.optimizer == "momentum")
        #expect(sgd.zigzags > 0.9 && momentum.zigzags < 0.3, "\(sgd.zigzags) \(momentum.zigzags)")
        #expect(abs(momentum.points.last!.x) < 0.2 * abs(sgd.points.last!.x))
        for descent in bowl + results[0].descents[.rosenbrock]! {
            #expect(descent.values.last! < 0.5 * descent.values[0], "\(descent.optimizer) \(descent.values.last!)")
        }
        for result in results.dropFirst() {
            for surface in Surface.allCases {
                for (one, other) in zip(results[0].descents[surface]!, result.descents[surface]!) {
                    #expect(one.values == other.values, "\(one.optimizer) on \(surface)")
                }
            }
        }
        #expect(results[0].curves.allSatisfy { $0.epochs.count == 2 })
        // SGD by hand: each step multiplies y by 1 - 0.018 * 100.
        #expect(abs(sgd.points[3].y - (-0.8) * (-0.8) * (-0.8)) < 1e-5)
    }

    @Test func dropoutBearsTheLossOfUnits() throws {
        var study = RegularisationStudy()
        (study.samples, study.epochs, study.decays, study.dropouts, study.removed) = (200, 40, [0, 0.01], [0, 0.5], [0, 0.5])
        let result = try study.run(Runs.digits.train, Runs.digits.test, on: Runs.cpu, Quiet())
        #expect(result.samples == 200 && result.cases.count == 3)
        let (plain, decayed, dropped) = (result.cases[0], result.cases[1], result.cases[2])
        let loss = (plain.afterRemoval[0] - plain.afterRemoval[1], dropped.afterRemoval[0] - dropped.afterRemoval[1])
        #expect(loss.1 < loss.0, "\(plain.afterRemoval) \(dropped.afterRemoval)")
        #expect(plain.afterRemoval[0] == plain.epochs.last?.test?.accuracy)
        #expect(decayed.epochs.last!.validation!.loss > plain.epochs.last!.validation!.loss)
        #expect(plain.gap! > 0.02)
    }

    /// Noise falls as 1 / batch, memory grows with it.
    @Test func noiseFallsWithTheBatch() throws {
        var study = BatchStudy()
        (study.sizes, study.epochs) = ([8, 32, 128, 2000], 1)
        let result = try study.run(Runs.digits.train, Runs.digits.test, on: Runs.cpu, Quiet())
        #expect(result.cases.map(\.size) == [8, 32, 128])
        let scales = result.cases.map(\.noiseScale)
        #expect(scales.max()! < 2 * scales.min()!, "\(scales)")
        #expect(result.cases[0].noise > 2 * result.cases[1].noise && result.cases[1].noise > 2 * result.cases[2].noise)
        #expect(result.cases[2].memory.workspace > result.cases[0].memory.workspace)
    }

    @Test func studiesStopAndRefuse() throws {
        #expect(throws: TrainingError.self) { try InitialisationStudy().run(Runs.digits.train, Runs.digits.test, on: Runs.cpu, Stopped()) }
        var optimizers = OptimizerStudy()
        optimizers.rules = ["adm"]
        #expect(throws: TrainingError.self) { try optimizers.run(Runs.digits.train, Runs.digits.test, on: Runs.cpu, Quiet()) }
        var batches = BatchStudy()
        batches.sizes = [1000]
        #expect(throws: TrainingError.self) { try batches.run(Runs.digits.train, Runs.digits.test, on: Runs.cpu, Quiet()) }
    }
}
