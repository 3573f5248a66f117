import Martlet
import TestSupport
import Testing

@Suite struct EnsembleTests {
    private func member(_ seed: UInt64, _ widths: [Int] = [16], on device: any Device = TestDevices.cpu[1]) throws -> ModelFile {
        let model = try Model.perceptron(input: [64], widths: widths, outputs: 10)
        let compiled = try model.compile(optimizer: "adam", on: device, seed: seed)
        _ = try compiled.fit(Runs.digits.train, options: Runs.options(epochs: 2))
        return try compiled.file(data: DataDescription(Runs.digits.train))
    }

    /// The averages are those of each member's softmax, computed here in double precision.
    @Test func probabilitiesAreAveraged() throws {
        let ensemble = try Ensemble([try member(1), try member(2, [8, 9]), try member(3)])
        let test = Runs.digits.test
        for device in TestDevices.each {
            var mean = [Double](repeating: 0, count: test.count * 10)
            for file in ensemble.members {
                let outputs = try file.compile(on: device).predict(test).floats
                for row in 0..<test.count {
                    let powers = outputs[row * 10 ..< row * 10 + 10].map { HostMath.exp($0) }.map(Double.init)
                    for (place, power) in powers.enumerated() { mean[row * 10 + place] += power / powers.reduce(0, +) / 3 }
                }
            }
            let averaged = try ensemble.predict(test.features, divisor: test.featureDivisor, on: device).floats
            for (a, b) in zip(averaged, mean) { #expect(abs(Double(HostMath.exp(a)) - b) < 1e-6) }

            let right = (0..<test.count).filter { row in
                let row10 = averaged[row * 10 ..< row * 10 + 10]
                return row10.firstIndex(of: row10.max()!)! - row * 10 == Int(test.labels[row])
            }.count
            let loss = (0..<test.count).map { -Double(HostMath.log(Float(mean[$0 * 10 + Int(test.labels[$0])]))) }.reduce(0, +) / Double(test.count)
            let (each, together) = try ensemble.evaluations(test, on: device)
            #expect(each.count == 3)
            #expect(try #require(together.accuracy) == Double(right) / Double(test.count))
            #expect(abs(together.loss - loss) < 1e-4)
            // Jensen: the loss of the mean is at most the mean of the losses.
            #expect(together.loss <= each.map(\.loss).reduce(0, +) / 3)
        }
    }

    @Test func bitsAreTheSameOnEveryBackend() throws {
        let test = Runs.digits.test
        let results = try TestDevices.each.map { device in
            try Ensemble([try member(1, on: device), try member(2, on: device)]).predict(test.features, divisor: 16, on: device).floats
        }
        for result in results { #expect(sameBits(result, results[0])) }
    }

    @Test func filesKeepEverything() throws {
        let folder = try TemporaryFolder()
        let ensemble = try Ensemble([try member(1), try member(2, [8, 9])])
        try ensemble.save(to: folder.file("two models"))
        let read = try Ensemble.read(folder.file("two models"))
        #expect(read.members.map(\.model) == ensemble.members.map(\.model) && read.data == ensemble.data && read.loss == ensemble.loss)
        #expect(try read.evaluate(Runs.digits.test, on: TestDevices.cpu[1]) == ensemble.evaluate(Runs.digits.test, on: TestDevices.cpu[1]))

        // A model is an ensemble of one, and an ensemble no model.
        let single = try ensemble.members[0].compile(on: TestDevices.cpu[1])
        try single.save(to: folder.file("one model"), data: ensemble.data)
        let one = try Ensemble.read(folder.file("one model"))
        #expect(try one.members.count == 1 && one.evaluate(Runs.digits.test, on: TestDevices.cpu[1]) == single.evaluate(Runs.digits.test))
        let error = #expect(throws: TrainingError.self) { try ModelFile.read(folder.file("two models")) }
        #expect(error?.description.contains("an ensemble where one model is needed") == true)

        var bytes = try File.read(folder.file("two models"))
        bytes[bytes.count - 10] ^= 1
        _ = try folder.write(bytes, to: "damaged")
        #expect(throws: TrainingError.self) { try Ensemble.read(folder.file("damaged")) }
    }

    @Test func strangersAreRefused() throws {
        func file(_ model: Model, loss: Loss = .crossEntropy, data: DataDescription? = nil) throws -> ModelFile {
            try model.compile(loss: loss, optimizer: "sgd", on: TestDevices.cpu[0]).file(data: data)
        }
        let usual = try file(try Model.perceptron(input: [64], widths: [], outputs: 10))
        var otherData = DataDescription(Runs.digits.train)
        otherData.classNames = (1...10).map(String.init)
        func refuses(_ other: ModelFile, _ text: String) {
            let error = #expect(throws: TrainingError.self) { try Ensemble([usual, other]) }
            #expect(error?.description.contains(text) == true, "\(String(describing: error))")
        }
        refuses(try file(try Model.perceptron(input: [63], widths: [], outputs: 10)), "samples")
        refuses(try file(try Model.perceptron(input: [64], widths: [], outputs: 9)), "outputs")
        refuses(try file(try Model.perceptron(input: [64], widths: [], outputs: 10), loss: try Loss(named: "multi_margin")), "loss")
        refuses(try file(try Model.perceptron(input: [64], widths: [], outputs: 10), data: otherData), "classes")
        #expect(throws: TrainingError.self) { try Ensemble([]) }
    }

    /// Values are averaged as they are.
    @Test func numbers() throws {
        let features = HostArray([4, 2], [0, 1, 2, 3, 4, 5, 6, 7] as [Float])
        let data = try DataSet(name: "numbers", features: features, targets: .values(HostArray([4, 1], [1, 2, 3, 4] as [Float]), names: ["y"]))
        let files = try [1, 2].map { seed in
            try Model.perceptron(input: [2], widths: [], outputs: 1)
                .compile(loss: try Loss(named: "mse"), optimizer: "sgd", on: TestDevices.cpu[0], seed: seed).file()
        }
        let outputs = try files.map { try $0.compile(on: TestDevices.cpu[0]).predict(data).floats }
        let ensemble = try Ensemble(files)
        let mean = try ensemble.predict(features, on: TestDevices.cpu[0]).floats
        for index in 0..<4 {
            let sum = Double(outputs[0][index]) + Double(outputs[1][index])
            #expect(mean[index] == Float(sum / 2))
        }
        #expect(try ensemble.evaluate(data, on: TestDevices.cpu[0]).meanAbsoluteError != nil)
    }
}
