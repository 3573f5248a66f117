import Foundation
import Martlet
import MartletRuns
import Testing

/// What is measured of a network while it is trained.
@Suite struct StatisticsTests {
    /// The promise: looking changes nothing.
    @Test(arguments: [StatisticsRate.every(1), .every(3), .automatic, .never])
    func bitsDoNotDependOnLooking(rate: StatisticsRate) throws {
        // BatchNorm and dropout keep state and draw numbers, which looking must not touch.
        let model = try Runs.perceptron([50, 33], batchNorm: true, dropout: 0.2)
        for device in Runs.devices {
            let plain = try model.compile(optimizer: .adam(), on: device, seed: 7)
            _ = try plain.fit(Runs.digits.train, options: Runs.options(epochs: 2, batchSize: 100))
            let record = try Runs.record(model, epochs: 2, batchSize: 100, rate: rate, on: device)
            #expect(try record.outcome?.weightsSHA256 == plain.weightsSHA256(), "\(device.name)")
        }
    }

    /// What is measured is part of the promise too.
    @Test func statisticsAreTheSameOnEveryDevice() throws {
        let convolutions = try Model(input: [1, 8, 8]) {
            Conv2D(6, kernelSize: 3)
            BatchNorm()
            ReLU()
            Flatten()
            Linear(20)
            Activation("tanh")
            Dropout(0.2)
            Linear(10)
        }
        for model in [try Runs.perceptron([50, 33], activation: "sigmoid"), convolutions] {
            let records = try Runs.devices.map { try Runs.record(model, epochs: 2, batchSize: 100, rate: .every(4), on: $0) }
            for other in records.dropFirst() {
                #expect(other.statistics == records[0].statistics && other.steps == records[0].steps)
                #expect(other.outcome?.confusion == records[0].outcome?.confusion && other.outcome?.worst == records[0].outcome?.worst)
            }
        }
    }

    /// What the device says is what the host finds in the same numbers.
    @Test(arguments: Runs.devices.indices)
    func layersAreWhatTheHostFinds(device: Int) throws {
        for activation in ["relu", "tanh", "sigmoid"] {
            let model = try Runs.perceptron([40], activation: activation)
            let compiled = try model.compile(optimizer: .adam(), on: Runs.devices[device], seed: 3)
            let data = Runs.digits.train.subset(Array(0..<100))
            let (loss, layers) = try NetworkProbe(compiled, data, samples: 100).lookAtLayers()
            #expect(layers.map(\.name) == ["1", "2"] && layers[0].activation == activation && layers[1].activation == nil)
            #expect(try abs(loss - compiled.evaluate(data).loss) < 1e-5)

            // The output layer, which `predict` gives.
            let outputs = try compiled.predict(data).floats.map(Double.init)
            let mean = outputs.reduce(0, +) / Double(outputs.count)
            let squares: Double = outputs.reduce(0) { (sum: Double, value: Double) in sum + (value - mean) * (value - mean) }
            let deviation: Double = (squares / Double(outputs.count)).squareRoot()
            let values = layers[1].values
            #expect(abs(values.mean - mean) < 1e-5 && abs(values.deviation - deviation) < 1e-5)
            #expect(values.low == outputs.min() && values.high == outputs.max())
            #expect(values.counts.reduce(0, +) == Double(outputs.count) && values.counts.allSatisfy { $0 >= 0 })
            let width = (values.high - values.low) / Double(values.counts.count)
            for (bin, count) in values.counts.enumerated() {
                let (from, to) = (values.low + width * Double(bin), values.low + width * Double(bin + 1))
                let found = outputs.count { $0 > from && $0 <= to || bin == 0 && $0 <= to }
                // A value within rounding of an edge may lie on either side.
                #expect(abs(Double(found) - count) <= 2, "\(bin)")
            }
            #expect((layers[0].deadShare != nil) == (activation == "relu"))
            #expect((layers[0].saturatedShare != nil) == (activation != "relu"))
        }
    }

    /// Units that cannot fire are counted, and no others.
    @Test func deadAndSaturatedAreCounted() throws {
        let compiled = try Runs.perceptron([8]).compile(optimizer: .adam(), on: Runs.cpu, seed: 3)
        let ones = HostArray([8, 64], [Float](repeating: 0, count: 8 * 64))
        // Three of eight units have a bias that no input overcomes.
        try compiled.setWeights([("0.weight", ones), ("0.bias", HostArray([8], [-1, 1, -2, 1, 1, -1, 1, 1] as [Float]))])
        #expect(try NetworkProbe(compiled, Runs.digits.train).lookAtLayers().layers[0].deadShare == 3.0 / 8)

        let sigmoid = try Runs.perceptron([4], activation: "sigmoid").compile(optimizer: .adam(), on: Runs.cpu, seed: 3)
        let weights = HostArray([4, 64], [Float](repeating: 0, count: 4 * 64))
        try sigmoid.setWeights([("0.weight", weights), ("0.bias", HostArray([4], [0, 9, -9, 1] as [Float]))])
        #expect(try NetworkProbe(sigmoid, Runs.digits.train).lookAtLayers().layers[0].saturatedShare == 0.5)
    }

    /// Norms are those of the arrays that the model gives, and an SGD step is the rate times the gradient.
    @Test(arguments: Runs.devices.indices)
    func parameters(device: Int) throws {
        let compiled = try Runs.perceptron([20]).compile(optimizer: .sgd(learningRate: 0.1), on: Runs.devices[device], seed: 3)
        let probe = try NetworkProbe(compiled, Runs.digits.train)
        try probe.rememberParameters()
        let before = try compiled.weights()
        // One step of one batch.
        _ = try compiled.fit(Runs.digits.train.subset(Array(0..<64)), epochs: 1, batchSize: 64)
        let looked = try probe.lookAtParameters()
        func norm(_ values: [Float]) -> Double { values.map { Double($0) }.reduce(0) { (sum: Double, value: Double) in sum + value * value }.squareRoot() }
        for (place, (name, gradient)) in try compiled.gradients().enumerated() {
            #expect(looked[place].name == name)
            let gradientNorm = norm(gradient.floats)
            #expect(abs(looked[place].gradientNorm - gradientNorm) <= 1e-5 * gradientNorm)
            let after = try compiled.weights()[place].array.floats
            let update = norm(zip(after, before[place].array.floats).map { $0 - $1 })
            #expect(abs(looked[place].weightNorm - norm(after)) <= 1e-5 * norm(after))
            #expect(abs(looked[place].updateNorm - update) <= 1e-5 * update)
            #expect(abs(update - 0.1 * gradientNorm) <= 1e-3 * update)
        }
    }

    /// Looking at gradients in training mode leaves batchNorm's running statistics as they are.
    @Test func lookingInTrainingModeKeepsStatistics() throws {
        let compiled = try Runs.perceptron([20], batchNorm: true).compile(optimizer: .adam(), on: Runs.cpu, seed: 3)
        let before = try compiled.weightsSHA256()
        let probe = try NetworkProbe(compiled, Runs.digits.train, mode: .training, hasGradients: true)
        let (_, layers) = try probe.lookAtLayers()
        #expect(layers.allSatisfy { $0.gradients.map { $0.deviation > 0 } ?? false })
        #expect(try compiled.weightsSHA256() == before)
    }

    @Test func convolutionsHaveChannels() throws {
        let model = try Model(input: [1, 8, 8]) {
            Conv2D(6, kernelSize: 3)
            ReLU()
            Flatten()
            Linear(10)
        }
        let record = try Runs.record(model, epochs: 1, rate: .every(5))
        let last = try #require(record.statistics.last)
        #expect(last.layers.map(\.name) == ["1", "3"] && record.statistics[1].parameters.map(\.name) == ["0.weight", "0.bias", "3.weight", "3.bias"])
        let dead = try #require(last.layers[0].deadShare)
        #expect((dead * 6).rounded() == dead * 6)
        #expect(record.outcome?.filters.count == 6)
    }

    @Test func ratesAreKept() throws {
        let record = try Runs.record(try Runs.perceptron([10]), epochs: 2, rate: .every(20))
        // 23 batches to an epoch; the last look is at the network that came out.
        #expect(record.statistics.map(\.iteration) == [0, 1, 20, 40, 46] && record.statistics[4].parameters.isEmpty)
        #expect(record.statistics[0].parameters.isEmpty && record.statistics[1].parameters.count == 4)
        #expect(try Runs.record(try Runs.perceptron([10]), epochs: 1, rate: .never).statistics.isEmpty)
        #expect(throws: TrainingError.self) { try Runs.record(try Runs.perceptron([10]), epochs: 1, rate: .every(0)) }
    }

    @Test func numbersToBeApproximated() throws {
        let inputs = (0..<200).map { Float($0 % 17) / 17 }
        let data = try DataSet(
            name: "line", features: HostArray([200, 1], inputs), targets: .values(HostArray([200, 1], inputs.map { 2 * $0 }), names: ["y"]))
        let record = try Runs.record(
            try Model.perceptron(input: [1], widths: [5], outputs: 1), train: data, test: data, epochs: 3, batchSize: 20)
        #expect(record.outcome?.confusion == nil && record.outcome?.pairs.count == 200 && record.uninformedLoss == nil)
        #expect(RunPage(record).html.contains("wanted"))
    }
}
