import Martlet
import TestSupport
import Testing

/// Losses and metrics as a program outside Martlet writes them.
@Suite struct CustomLossTests {
    /// Cross-entropy, written out, with weights of classes.
    struct WeightedEntropy: CustomLoss {
        static let name = "weighted_entropy"
        static let task = LearningTask.classification
        var weights: [Float]
        var constants: [HostArray] { [HostArray([weights.count], weights)] }

        func losses(
            _ output: Value, _ targets: Value, _ constants: [Value], in graph: inout Graph
        ) throws(ShapeError) -> Loss.Losses {
            let classes = graph.type(of: output).shape[1]
            let encoded = try graph.apply(OneHot(classes: classes), [targets])[0]
            let chosen = try graph.apply(.multiply, encoded, try graph.logSoftmax(output))
            let losses = try graph.apply(.negate, try graph.reduce(.sum, chosen, axes: 1..<2))
            let weights = try graph.reduce(.sum, try graph.apply(.multiply, encoded, constants[0]), axes: 1..<2)
            return Loss.Losses(values: try graph.apply(.multiply, losses, weights), weights: weights)
        }
    }

    /// Mean and logarithm of the variance of one number (Nix and Weigend 1994): twice as many outputs as numbers.
    struct Gaussian: CustomLoss {
        static let name = "gaussian"
        static let task = LearningTask.regression
        var floor: Float = 1e-3

        func outputCount(for targets: Int) -> Int { 2 * targets }
        func losses(
            _ output: Value, _ targets: Value, _ constants: [Value], in graph: inout Graph
        ) throws(ShapeError) -> Loss.Losses {
            let columns = graph.type(of: targets).shape[1]
            let mean = try graph.slice(output, axis: 1, 0..<columns), spread = try graph.slice(output, axis: 1, columns..<(2 * columns))
            return Loss.Losses(values: try graph.pointwise([mean, spread, targets]) { e in
                let square = e.apply(.square, e.apply(.subtract, e.operand(2), e.operand(0)))
                let variance = e.apply(.add, e.apply(.exp, e.operand(1)), e.constant(floor))
                return e.apply(.add, e.apply(.divide, square, variance), e.operand(1))
            })
        }
    }

    struct Shapeless: CustomLoss {
        static let name = "shapeless"
        static let task = LearningTask.classification
        func losses(
            _ output: Value, _ targets: Value, _ constants: [Value], in graph: inout Graph
        ) throws(ShapeError) -> Loss.Losses {
            Loss.Losses(values: try graph.reduce(.mean, output))
        }
    }

    /// The harmonic mean of precision and recall of one class, from three sums.
    struct F1: CustomMetric {
        let wanted: Float
        var name: String { "f1 of \(Int(wanted))" }
        var sumCount: Int { 3 }

        func values(_ output: Value, _ targets: Value, in graph: inout Graph) throws(ShapeError) -> [Value] {
            let classes = graph.type(of: output).shape[1]
            let found = try graph.slice(
                try graph.apply(OneHot(classes: classes), [try graph.argmax(output)])[0], axis: 1, Int(wanted)..<(Int(wanted) + 1))
            let right = try graph.slice(try graph.apply(OneHot(classes: classes), [targets])[0], axis: 1, Int(wanted)..<(Int(wanted) + 1))
            let batch = Shape([graph.type(of: output).shape[0]])
            let hits = try graph.apply(.multiply, found, right)
            return [try graph.reshape(hits, batch), try graph.reshape(found, batch), try graph.reshape(right, batch)]
        }
        func result(_ sums: [Double], count: Int) -> Double { 2 * sums[0] / (sums[1] + sums[2]) }
    }

    struct Hits: CustomMetric {
        let name = "hits"
        func values(_ output: Value, _ targets: Value, in graph: inout Graph) throws(ShapeError) -> [Value] {
            [try graph.apply(TopClassMatch(), [output, targets])[0]]
        }
    }

    private let weights: [Float] = [1, 2, 1, 0.5, 1, 1, 3, 1, 1, 1]

    private func compiled(_ loss: Loss, on device: any Device = TestDevices.cpu[1]) throws -> CompiledModel {
        try Runs.perceptron().compile(
            loss: loss, optimizer: "adam", customMetrics: [F1(wanted: 3), Hits()], on: device, seed: 7)
    }

    @Test func aLossAndMetricsInThePlan() throws {
        var known = Loss.crossEntropy
        known.classWeights = weights.map(Double.init)
        let expected = try compiled(known).fit(Runs.digits.train, validation: Runs.digits.test, options: Runs.options())
        var hashes: Set<String> = []
        for device in TestDevices.cpu + TestDevices.openCL.prefix(1) {
            let own = try compiled(Loss(WeightedEntropy(weights: weights)), on: device)
            let history = try own.fit(Runs.digits.train, validation: Runs.digits.test, options: Runs.options())
            hashes.insert(try own.weightsSHA256())
            for (a, b) in zip(history.epochs, expected.epochs) {
                // Written out, the same loss rounds otherwise.
                #expect(abs(a.train.loss - b.train.loss) < 1e-4 * b.train.loss, "\(device.name)")
                #expect(a.train.custom?["hits"] == a.train.accuracy)
            }
        }
        #expect(hashes.count == 1)
    }

    @Test func f1IsWhatPredictionsSay() throws {
        let model = try compiled(.crossEntropy)
        _ = try model.fit(Runs.digits.train, options: Runs.options())
        let evaluation = try model.evaluate(Runs.digits.test)
        let outputs = try model.predict(Runs.digits.test).floats
        var (hits, found, right) = (0.0, 0.0, 0.0)
        for (place, label) in Runs.digits.test.labels.enumerated() {
            let row = outputs[place * 10 ..< place * 10 + 10]
            let top = row.firstIndex(of: row.max()!)! - row.startIndex
            if top == 3 { found += 1 }
            if label == 3 { right += 1 }
            if top == 3, label == 3 { hits += 1 }
        }
        #expect(evaluation.custom?["f1 of 3"] == 2 * hits / (found + right))
        #expect(evaluation.custom?["hits"] == evaluation.accuracy)
        // A metric costs no plan of its own and no change of the training.
        let plain = try Runs.perceptron().compile(optimizer: "adam", on: TestDevices.cpu[1], seed: 7)
        _ = try plain.fit(Runs.digits.train, options: Runs.options())
        #expect(try plain.weightsSHA256() == model.weightsSHA256())
        #expect(try plain.evaluate(Runs.digits.test).custom == nil)
    }

    @Test func moreOutputsThanNumbers() throws {
        let values = Runs.digits.test.features.floats.enumerated().filter { $0.offset % 64 == 20 }.map { $0.element / 16 }
        let data = try DataSet(
            name: "values", features: Runs.digits.test.features, featureDivisor: 16,
            targets: .values(HostArray([values.count, 1], values), names: ["pixel"]))
        let model = try Model(input: [64]) { Linear(16); Tanh(); Linear(2) }
        var hashes: Set<String> = []
        for device in TestDevices.each {
            let compiled = try model.compile(loss: Loss(Gaussian()), optimizer: "adam", on: device)
            let history = try compiled.fit(data, epochs: 30, batchSize: 20)
            #expect(history.epochs.last!.train.loss < history.epochs[0].train.loss - 1)
            #expect(history.epochs[0].train.meanAbsoluteError == nil && history.epochs[0].train.accuracy == nil)
            hashes.insert(try compiled.weightsSHA256())
        }
        #expect(hashes.count == 1)
        let narrow = try Model(input: [64]) { Linear(1) }.compile(loss: Loss(Gaussian()), optimizer: "adam", on: TestDevices.cpu[0])
        let error = #expect(throws: TrainingError.self) { try narrow.evaluate(data) }
        #expect(error?.description.contains("with the loss 'gaussian' need 2") == true, "\(String(describing: error))")
    }

    @Test func savedAndReadByAProgramThatKnowsIt() throws {
        let folder = try TemporaryFolder()
        let loss = Loss(WeightedEntropy(weights: weights))
        try compiled(loss).save(to: folder.file("a"))
        let registry = try Registry(losses: [Gaussian.self, WeightedEntropy.self])
        let file = try ModelFile.read(folder.file("a"), registry: registry)
        #expect(file.loss == loss && file.loss != Loss(WeightedEntropy(weights: [1])) && file.loss.kind == nil)
        #expect((file.loss.custom as? WeightedEntropy)?.weights == weights)
        let error = #expect(throws: TrainingError.self) { try ModelFile.read(folder.file("a")) }
        #expect(error?.description.contains("unknown loss 'weighted_entropy'") == true, "\(String(describing: error))")
    }

    @Test func refusals() throws {
        func refuses(_ text: String, _ body: () throws -> Void) {
            let error = #expect(throws: TrainingError.self) { try body() }
            #expect(error?.description.contains(text) == true, "\(String(describing: error))")
        }
        refuses("loss 'shapeless'") { _ = try compiled(Loss(Shapeless())).evaluate(Runs.digits.test) }
        refuses("already") { _ = try Registry(losses: [Gaussian.self, Gaussian.self]) }
        refuses("called 'hits'") {
            _ = try Runs.perceptron().compile(optimizer: "adam", customMetrics: [Hits(), Hits()], on: TestDevices.cpu[0])
        }
        refuses("at most") {
            _ = try Runs.perceptron().compile(
                optimizer: "adam", customMetrics: [F1(wanted: 1), F1(wanted: 2), F1(wanted: 3)], on: TestDevices.cpu[0])
        }
        refuses("needs numbers") { _ = try Loss(Gaussian()).outputCount(for: Runs.digits.test) }
        struct Scalar: CustomMetric {
            let name = "scalar"
            func values(_ output: Value, _ targets: Value, in graph: inout Graph) throws(ShapeError) -> [Value] {
                [try graph.reduce(.mean, output)]
            }
        }
        refuses("metric 'scalar'") {
            let compiled = try Runs.perceptron().compile(optimizer: "adam", customMetrics: [Scalar()], on: TestDevices.cpu[0])
            _ = try compiled.evaluate(Runs.digits.test)
        }
    }
}
