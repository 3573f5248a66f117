import Martlet
import MartletRuns
import TestSupport
import Testing

/// Each rule is shown an illness in a real run; a healthy run has none.
@Suite struct DiagnosisTests {
    private func rules(_ record: RunRecord) -> [String] { record.diagnosis().map(\.rule) }

    @Test(arguments: ["relu", "tanh", "gelu"]) func aHealthyRunHasNone(activation: String) throws {
        let record = try Runs.record(try Runs.perceptron([128, 64], activation: activation), epochs: 20)
        #expect(record.diagnosis().isEmpty, "\(record.diagnosis())")
    }

    /// Rates, optimizers, schedules and batches that people use.
    @Test(arguments: [
        (Optimizer.sgd(learningRate: 0.1), 64, nil), (.momentum(learningRate: 0.02), 64, "cosine"), (.adam(learningRate: 0.003), 32, nil),
        (.momentum(learningRate: 0.05), 64, "one_cycle"), (.adam(), 8, nil),
    ] as [(Optimizer, Int, String?)])
    func usualSettingsAreHealthy(optimizer: Optimizer, batchSize: Int, schedule: String?) throws {
        let record = try Runs.record(try Runs.perceptron([64]), optimizer, epochs: 20, batchSize: batchSize) { options in
            if let schedule { options.schedule = try Schedule(schedule) }
        }
        #expect(record.diagnosis().isEmpty, "\(record.diagnosis())")
    }

    @Test(.enabled(if: Shared.has("data/small"), "needs ../shared or MARTLET_SHARED"), arguments: ["iris", "wine", "breast_cancer"])
    func smallTablesAreHealthy(name: String) throws {
        let table = try DataSource.parse("csv:" + Shared.path("data/small/\(name).csv")).load(label: "label")
        let model = try Model.perceptron(input: table.train.featureShape, widths: [32], outputs: table.train.classNames.count)
        let record = try Runs.record(model, train: table.train, test: table.test, epochs: 30, batchSize: 16)
        #expect(record.diagnosis().isEmpty, "\(record.diagnosis())")
    }

    /// Deep networks with batchNorm and shortcuts, before whose first step the running statistics say nothing.
    @Test func aResidualNetworkIsHealthy() throws {
        let network = try Model(input: [1, 8, 8]) {
            Conv2D(16, kernelSize: 3, padding: 1, bias: false); BatchNorm(); ReLU()
            Residual { Conv2D(16, kernelSize: 3, padding: 1, bias: false); BatchNorm(); ReLU(); Conv2D(16, kernelSize: 3, padding: 1, bias: false); BatchNorm() }
            ReLU()
            Residual { Conv2D(16, kernelSize: 3, padding: 1, bias: false); BatchNorm(); ReLU(); Conv2D(16, kernelSize: 3, padding: 1, bias: false); BatchNorm() }
            ReLU()
            Residual { Conv2D(16, kernelSize: 3, padding: 1, bias: false); BatchNorm(); ReLU(); Conv2D(16, kernelSize: 3, padding: 1, bias: false); BatchNorm() }
            ReLU()
            GlobalAveragePool2D()
            Linear(10)
        }
        let record = try Runs.record(network, .momentum(learningRate: 0.05), epochs: 8)
        #expect(record.diagnosis().isEmpty, "\(record.diagnosis())")
        #expect(try #require(record.statistics.first).loss < 4)
    }

    @Test func batchNormAndDropoutAreHealthyToo() throws {
        let record = try Runs.record(try Runs.perceptron([128], batchNorm: true, dropout: 0.2), epochs: 20)
        #expect(record.diagnosis().isEmpty, "\(record.diagnosis())")
    }

    @Test func divergence() throws {
        let record = try Runs.record(try Runs.perceptron([64]), .momentum(learningRate: 50), epochs: 5)
        #expect(rules(record).contains("learning-rate-too-high"))
    }

    @Test(arguments: [Optimizer.adam(learningRate: 0.3), .momentum(learningRate: 0.5)]) func swings(optimizer: Optimizer) throws {
        let record = try Runs.record(try Runs.perceptron([64]), optimizer, epochs: 12)
        #expect(rules(record).contains("learning-rate-too-high"), "\(record.epochs.map(\.train.loss))")
    }

    /// A rate that kills the network in its first steps leaves a loss that only stands still.
    @Test func killed() throws {
        let record = try Runs.record(try Runs.perceptron([64]), .sgd(learningRate: 3), epochs: 12)
        #expect(rules(record) == ["learning-rate-too-high", "dead-relu"], "\(record.epochs.map(\.train.loss)) \(record.diagnosis())")
    }

    @Test func creeping() throws {
        let record = try Runs.record(try Runs.perceptron([64]), .sgd(learningRate: 1e-3), epochs: 8)
        #expect(rules(record) == ["learning-rate-too-low"], "\(record.epochs.map(\.train.loss)) \(record.diagnosis())")
    }

    /// A run that is under way and learns well is not creeping.
    @Test func theFirstEpochsAreHealthy() throws {
        for epochs in 4...6 {
            let record = try Runs.record(try Runs.perceptron([64]), .sgd(learningRate: 0.1), epochs: epochs)
            #expect(record.diagnosis().isEmpty, "\(record.epochs.map(\.train.loss)) \(record.diagnosis())")
        }
    }

    /// Labels that are partly wrong keep the gradients from coming to rest.
    private func noisyDigits(_ count: Int = 1437) throws -> DataSet {
        let data = Runs.digits.train.subset(Array(0..<count))
        let labels = data.labels.enumerated().map { $0.offset % 5 == 0 ? Int32($0.offset / 5 % 10) : $0.element }
        return try DataSet(
            name: "digits with wrong labels", features: data.features, featureDivisor: 16,
            targets: .classes(labels: HostArray([count], labels), names: data.classNames))
    }

    @Test func rightAtFirstAndTooHighLater() throws {
        let record = try Runs.record(try Runs.perceptron([]), .sgd(learningRate: 1), train: try noisyDigits(), epochs: 18, batchSize: 16)
        #expect(rules(record).contains("learning-rate-too-high-later"), "\(record.epochs.map(\.train.loss)) \(record.diagnosis())")
    }

    /// Labels that are hard to tell are no illness of the rate.
    @Test func aSmallRateIsNotBlamedForWrongLabels() throws {
        let record = try Runs.record(try Runs.perceptron([]), .sgd(learningRate: 0.1), train: try noisyDigits(), epochs: 18, batchSize: 16)
        #expect(!rules(record).contains { $0.hasPrefix("learning-rate") }, "\(record.diagnosis())")
    }

    @Test func smallBatches() throws {
        let record = try Runs.record(try Runs.perceptron([32]), .sgd(learningRate: 0.05), train: try noisyDigits(), epochs: 4, batchSize: 2)
        #expect(rules(record).contains("small-batch"), "\(record.diagnosis())")
    }

    @Test func underfitting() throws {
        let record = try Runs.record(try Runs.perceptron([1]), .adam(learningRate: 0.02), epochs: 30)
        #expect(rules(record).contains("underfitting"), "\(record.epochs.map(\.train.loss)) \(record.diagnosis())")
    }

    @Test func overfitting() throws {
        let few = Runs.digits.train.subset(Array(0..<60))
        let record = try Runs.record(try Runs.perceptron([256]), train: few, epochs: 60, batchSize: 20)
        #expect(rules(record).contains("overfitting"), "\(record.diagnosis())")
    }

    @Test func deadUnits() throws {
        let record = try Runs.record(try Runs.perceptron([64, 64]), .momentum(learningRate: 1), epochs: 6)
        #expect(rules(record).contains("dead-relu"), "\(record.statistics.last?.layers.map(\.deadShare) ?? []) \(record.diagnosis())")
    }

    @Test(arguments: ["tanh", "sigmoid"]) func saturatedUnits(activation: String) throws {
        let model = try Model(input: [1, 8, 8]) {
            Linear(64, initialiser: .normal(deviation: 3))
            Activation(activation)
            Linear(10)
        }
        let record = try Runs.record(model, epochs: 3)
        #expect(rules(record).contains("saturated"), "\(record.diagnosis())")
    }

    @Test func vanishingGradients() throws {
        let record = try Runs.record(try Runs.perceptron(Array(repeating: 32, count: 10), activation: "sigmoid"), epochs: 3)
        #expect(rules(record).contains("vanishing-gradients"), "\(record.diagnosis())")
    }

    private func deep(_ initialiser: Initialiser) throws -> Model {
        try Model(input: [1, 8, 8], blocks: (0..<8).flatMap { _ -> [any Block] in [Linear(64, initialiser: initialiser), ReLU()] } + [Linear(10, initialiser: initialiser)])
    }

    @Test func explodingGradients() throws {
        let record = try Runs.record(try deep(.normal(deviation: 0.5)), .sgd(learningRate: 1e-9), epochs: 2)
        #expect(rules(record).contains("exploding-gradients"), "\(record.diagnosis())")
    }

    @Test func badInitialisation() throws {
        let large = try Runs.record(try deep(.normal(deviation: 0.5)), epochs: 2)
        #expect(rules(large).contains("bad-initialisation"), "\(large.diagnosis())")
        // Their loss is far above ln C while they recover, which is not the rate's fault.
        #expect(!rules(large).contains { $0.hasPrefix("learning-rate") }, "\(large.diagnosis())")
        let zero = try Runs.record(try deep(.constant(0)), epochs: 2)
        #expect(zero.diagnosis().contains { $0.rule == "bad-initialisation" && $0.evidence.contains("zero") }, "\(zero.diagnosis())")
    }

    // MARK: Data

    private func table(_ rows: [[Float]], _ labels: [Int32], names: [String] = ["a", "b"]) throws -> DataSet {
        try DataSet(
            name: "table", features: HostArray([rows.count, rows[0].count], rows.flatMap(\.self)), featureNames: ["x", "y", "z"],
            targets: .classes(labels: HostArray([labels.count], labels), names: names))
    }

    private func rules(of train: DataSet, _ test: DataSet) throws -> [String] {
        let record = try Runs.record(
            try Model.perceptron(input: [3], widths: [4], outputs: 2), train: train, test: test, epochs: 1, batchSize: 10)
        return rules(record).filter { ["constant-features", "unbalanced-classes", "test-in-training", "contradictory-labels"].contains($0) }
    }

    @Test func suspiciousData() throws {
        func row(_ first: Float, _ place: Int) -> [Float] { [first, Float(place % 7), Float(place % 3)] }
        let rows: [[Float]] = (0..<100).map { row(Float($0) / 100, $0) }
        let others: [[Float]] = (0..<20).map { row(Float($0) + 0.5, $0) }
        let labels: [Int32] = (0..<100).map { Int32($0 % 2) }
        let constant: [[Float]] = rows.map { [$0[0], 5, $0[2]] }
        let rare: [Int32] = (0..<100).map { $0 % 20 == 0 ? 1 : 0 }
        let seen: [[Float]] = Array(rows.prefix(3)) + Array(others.dropFirst(3))
        let doubled: [[Float]] = (0..<100).map { rows[$0 / 2] }
        let (train, test) = (try table(rows, labels), try table(others, Array(labels.prefix(20))))
        #expect(try rules(of: train, test) == [])
        #expect(try rules(of: try table(constant, labels), test) == ["constant-features"])
        #expect(try rules(of: try table(rows, rare), test) == ["unbalanced-classes"])
        #expect(try rules(of: train, try table(seen, Array(labels.prefix(20)))) == ["test-in-training"])
        #expect(try rules(of: try table(doubled, labels), test) == ["contradictory-labels"])
        let summary = DataSummary(train: try table(doubled, labels), validation: nil, test: try table(seen, Array(labels.prefix(20))))
        #expect(summary.contradictions == 100 && summary.testInTraining == 3)
    }

    @Test func everyRuleHasAName() {
        let names = RunRecord.illnesses.map(\.name)
        #expect(Set(names).count == names.count && names.count == 15)
    }
}
