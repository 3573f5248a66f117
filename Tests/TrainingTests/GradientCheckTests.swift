import Martlet
import MartletGraph
import MartletOps
import Testing

/// The check of gradients passes where they are right, and finds where they are wrong.
@Suite struct GradientCheckTests {
    private func check(
        _ model: Model, penalty: Penalty = .none, elements: Int = 10, on device: any Device = TestDevices.cpu[1],
        spoil: (@Sendable (GradientReport.Term, String, inout [Double]) -> Void)? = nil
    ) throws -> GradientReport {
        var options = Runs.options(batchSize: 50)
        options.penalty = penalty
        var check = GradientCheck()
        check.elements = elements
        check.spoil = spoil
        return try check.run(try model.compile(optimizer: "adam", on: device, seed: 7), on: Runs.digits.train, options: options)
    }

    /// Terms and tensors that did not pass.
    private func failures(_ report: GradientReport) -> Set<String> {
        Set(report.rows.filter { !$0.passes && $0.yardstick == .centralDifferences }.map { "\($0.term!.rawValue) \($0.tensor)" })
    }

    @Test(arguments: TestDevices.each.indices) func rightGradientsPass(device: Int) throws {
        let report = try check(try Runs.perceptron(), penalty: Penalty(l1: 1e-3, l2: 1e-2), on: TestDevices.each[device])
        #expect(report.passes, "\(failures(report))")
        #expect(report.samples == 3 && report.warmUpSteps == 20 && !report.isPartial && report.loss > 0)
        let tensors = try Runs.perceptron().variables.filter(\.isTrainable).count
        // Three terms by differences, and all together on the device.
        #expect(report.rows.count == 4 * tensors)
        for row in report.rows where row.yardstick == .centralDifferences {
            #expect(row.checked <= 10 && row.checked + row.kinks >= min(10, row.shape.elementCount), "\(row.tensor)")
            #expect(row.median <= row.worst)
        }
        let loss = report.rows.filter { $0.term == .data }
        #expect(loss.allSatisfy { $0.checked > 0 })
    }

    @Test func smoothModelsAndOtherLosses() throws {
        #expect(try check(try Runs.residual()).passes)
        let x = (0..<60).map { Float($0 % 11) / 5 - 1 }
        let y = (0..<30).map { Float($0 % 7) / 6 }
        let data = try DataSet(name: "numbers", features: HostArray([30, 2], x), targets: .values(HostArray([30, 1], y), names: ["y"]))
        for loss in [Loss.meanSquaredError, Loss(.huber), Loss(.binaryCrossEntropy)] {
            let model = try Model(input: [2]) { Linear(5); Tanh(); Linear(1) }
            let compiled = try model.compile(loss: loss, optimizer: "sgd", on: TestDevices.cpu[0])
            var options = FitOptions()
            options.batchSize = 7
            var check = GradientCheck()
            check.samples = 1
            let report = try check.run(compiled, on: data, options: options)
            #expect(report.passes, "\(loss.name): \(failures(report))")
        }
    }

    @Test func aMissingFactor() throws {
        let report = try check(try Runs.perceptron()) { term, tensor, gradient in
            if tensor == "3.weight" || tensor.hasPrefix("4.") { gradient = gradient.map { 0.5 * $0 } }
        }
        let spoilt = try Runs.perceptron().variables.filter { $0.isTrainable && ($0.name == "3.weight" || $0.name.hasPrefix("4.")) }.map(\.name)
        #expect(!spoilt.isEmpty && !report.passes)
        #expect(failures(report) == Set(spoilt.map { "data \($0)" }))
    }

    @Test func aWrongSignInOneElement() throws {
        let report = try check(try Runs.residual(), elements: .max) { term, tensor, gradient in
            if tensor == "4.bias" { gradient[7] = -gradient[7] }
        }
        #expect(failures(report) == ["data 4.bias"])
        let row = try #require(report.rows.first { $0.tensor == "4.bias" && $0.term == .data })
        #expect(row.place?.index == 7 && row.worst > 1.9 && row.median < 1e-6 && report.verdict(of: row) == .wrong)
        // The device's gradient is right, and so differs as well.
        #expect(report.rows.contains { $0.tensor == "4.bias" && $0.yardstick != .centralDifferences && !$0.passes })
    }

    @Test func aForgottenBias() throws {
        let report = try check(try Runs.residual()) { _, tensor, gradient in
            if tensor == "4.bias" { gradient = gradient.map { _ in 0 } }
        }
        #expect(failures(report) == ["data 4.bias"])
    }

    /// A fault in a penalty's gradient shows in that term alone, though the data loss is right.
    @Test func aFaultInAPenalty() throws {
        let report = try check(try Runs.residual(), penalty: Penalty(l2: 1e-1)) { term, tensor, gradient in
            if term == .l2, tensor == "4.weight" { gradient = gradient.map { 2 * $0 } }
        }
        #expect(failures(report) == ["l2 4.weight"])
    }

    /// What lies before the layer is wrong, what lies in it and behind it is right.
    @Test func aBatchNormWithoutTheMeansTerm() throws {
        let right = try Model(input: [64]) { Linear(16); BatchNorm(); Tanh(); Linear(10) }
        #expect(try check(right).passes)
        let wrong = try Model(input: [64]) { Linear(16); MeanlessBatchNorm(); Tanh(); Linear(10) }
        let report = try check(wrong)
        #expect(failures(report).isSubset(of: ["data 0.weight", "data 0.bias"]) && failures(report).contains("data 0.weight"))
    }

    @Test func kinksAreLeftOut() throws {
        // Every product is 0, where ReLU has its kink.
        let model = try Model(input: [64]) { Linear(8); ReLU(); Linear(10) }
        let compiled = try model.compile(optimizer: "sgd", on: TestDevices.cpu[0])
        try compiled.setWeights([("0.weight", HostArray(zeros: TensorType([8, 64]))), ("0.bias", HostArray(zeros: TensorType([8])))])
        var check = GradientCheck()
        check.warmUpSteps = 0
        let report = try check.run(compiled, on: Runs.digits.train)
        #expect(report.passes, "\(failures(report))")
        let bias = try #require(report.rows.first { $0.tensor == "0.bias" })
        #expect(bias.kinks == 8 && bias.checked == 0 && report.verdict(of: bias) == .unchecked)
    }

    @Test func endedFromOutside() throws {
        let compiled = try Runs.residual().compile(optimizer: "sgd", on: TestDevices.cpu[0])
        let report = try GradientCheck().run(compiled, on: Runs.digits.train) { _, _, place, _ in place < 2 }
        #expect(report.isPartial && report.rows.count == 2)
    }

    @Test func badOptions() throws {
        func refuses(_ text: String, _ change: (inout GradientCheck) -> Void) throws {
            var check = GradientCheck()
            change(&check)
            let compiled = try Runs.residual().compile(optimizer: "sgd", on: TestDevices.cpu[0])
            let error = #expect(throws: TrainingError.self) { try check.run(compiled, on: Runs.digits.train) }
            #expect(error?.description.contains(text) == true, "\(String(describing: error))")
        }
        try refuses("not on 0") { $0.samples = 0 }
        try refuses("not on 1438") { $0.samples = 1438 }
        try refuses("at least 1 element") { $0.elements = 0 }
        try refuses("distance") { $0.distance = .nan }
        try refuses("at least 0 steps") { $0.warmUpSteps = -1 }
    }
}

/// A batchNorm whose gradient forgets that the mean depends on the inputs.
private struct MeanlessBatchNorm: Layer {
    static let kind = "meanless_batch_norm"
    static let standard = MeanlessBatchNorm()

    func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        let channels = context.shape(inputs[0]).last
        let gamma = context.parameter("weight", [channels], .constant(1))
        let beta = context.parameter("bias", [channels], .constant(0))
        return try context.graph.apply(MeanlessNormalisation(), [inputs[0], gamma, beta])[0]
    }
}

private struct MeanlessNormalisation: CompositeOperation {
    static let name = "meanless_normalisation"
    static let summary = MartletOps.BatchNorm.summary
    static let samples: [Sample] = []
    private var right: MartletOps.BatchNorm { MartletOps.BatchNorm() }

    func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] { try right.resultTypes(operands) }
    func expand(_ operands: [Value], in graph: inout some GraphBuilder) throws(ShapeError) -> [Value] { try right.expand(operands, in: &graph) }
    func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        right.evaluate(operands, into: &results, step: step)
    }

    func gradient(
        operands: [Value], results: [Value], upstream: [Value?], in graph: inout some GraphBuilder
    ) throws(ShapeError) -> [Value?] {
        var gradients = try right.gradient(operands: operands, results: results, upstream: upstream, in: &graph)
        let rows = Float(MartletOps.BatchNorm.rows(graph.type(of: operands[0]).shape))
        let inverse = try right.inverseDeviation(results[2], &graph)
        // The mean's term, gamma inverse dbeta / rows, was subtracted.
        let spoilt = Expression { e in
            let term = e.apply(.divide, e.operand(3), e.constant(rows))
            return e.apply(.multiplyAdd, e.apply(.multiply, e.operand(1), e.operand(2)), term, e.operand(0))
        }
        gradients[0] = try graph.apply(Pointwise(spoilt), [gradients[0]!, operands[1], inverse, gradients[2]!])[0]
        return gradients
    }
}
