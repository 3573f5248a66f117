import Martlet
import TestSupport
import Testing

@Suite struct FirstSteps {
    @Test func program() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("digits.safetensors")
        let digits = DataSet.digits()
        let model = try Sequential(input: [64]) {
            Linear(128, bias: false); BatchNorm(); ReLU(); Dropout(0.2)
            Linear(10)
        }

        let opened = try Backends.open(.auto)
        print("training on \(opened.device.name), \(opened.reason)")
        let compiled = try model.compile(optimizer: "adam", metrics: [.accuracy], on: opened.device)
        let history = try compiled.fit(digits.train, validation: digits.test, epochs: 10)
        print(history.epochs.last!.validation!.accuracy!)

        let slow = try model.compile(optimizer: "adam", on: try Backends.open(.cpu, threads: 1).device)
        _ = try slow.fit(digits.train, epochs: 10)
        print(try slow.weightsSHA256() == compiled.weightsSHA256())

        #expect(history.epochs.last!.validation!.accuracy! > 0.95)
        #expect(try slow.weightsSHA256() == compiled.weightsSHA256())

        try compiled.save(to: path, data: DataDescription(digits.train))

        let file = try ModelFile.read(path)
        let restored = try file.model.compile(loss: file.loss, optimizer: "sgd", on: opened.device)
        try restored.setWeights(file.weights)
        let logits = try restored.predict(digits.test)
        print(logits.shape, try restored.evaluate(digits.test).accuracy!)

        #expect(logits.shape == [360, 10])
        #expect(try restored.evaluate(digits.test).accuracy == history.epochs.last!.validation!.accuracy)

        do {
            _ = try model.compile(optimizer: "adan", on: opened.device)
        } catch {
            print(error)  // unknown optimizer 'adan'; did you mean 'adam'? …
        }
    }
}
