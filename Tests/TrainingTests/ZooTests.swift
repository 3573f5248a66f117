import Martlet
import TestSupport
import Testing

/// The zoo's models are what their entries say. That their commands make them again is tested with the command.
@Suite struct ZooTests {
    @Test func filesAreSmall() {
        #expect(ZooModel.all.map(\.bytes.count).reduce(0, +) < 1 << 20)
        #expect(Set(ZooModel.all.map(\.name)).count == ZooModel.all.count)
    }

    @Test func weightsAreTheOnesNamed() throws {
        for model in ZooModel.all {
            let file = try ModelFile.read("zoo:\(model.name)")
            let compiled = try file.model.compile(loss: file.loss, optimizer: Optimizer(.sgd), on: TestDevices.cpu[1])
            try compiled.setWeights(file.weights)
            #expect(try compiled.weightsSHA256() == model.weightsSHA256)
        }
        let error = #expect(throws: TrainingError.self) { try ModelFile.read("zoo:mnist-lenet") }
        #expect(error?.description.contains("did you mean 'mnist-lenet5'") == true)
    }

    @Test func digitsAccuracy() throws {
        try measure(.digitsPerceptron, DataSet.digits().test)
    }

    @Test(.enabled(if: Shared.has("data/mnist"), "needs ../shared or MARTLET_SHARED"))
    func mnistAccuracy() throws {
        try measure(.lenet5, DataSet.loadIDX(Shared.path("data/mnist")).test)
    }

    private func measure(_ model: ZooModel, _ test: DataSet) throws {
        let file = try ModelFile.read("zoo:\(model.name)")
        let compiled = try file.model.compile(loss: file.loss, optimizer: Optimizer(.sgd), on: TestDevices.cpu[1])
        try compiled.setWeights(file.weights)
        let accuracy = try #require(try compiled.evaluate(test).accuracy)
        #expect(test.count == model.correct.of && Int((accuracy * Double(test.count)).rounded()) == model.correct.count)
    }
}
