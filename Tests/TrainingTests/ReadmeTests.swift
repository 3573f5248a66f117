import Martlet
import Testing

/// The programs of README.md, word for word.
@Suite struct ReadmeTests {
    @Test func firstProgram() throws {
        let digits = DataSet.digits()
        let model = try Sequential(input: [64]) {
            Linear(128, bias: false); BatchNorm(); ReLU(); Dropout(0.2)
            Linear(10)
        }
        let device = try Backends.open(.auto).device
        let compiled = try model.compile(loss: .crossEntropy, optimizer: "adam", metrics: [.accuracy], on: device)
        let history = try compiled.fit(digits.train, validation: digits.test, epochs: 10)
        print(history.epochs.last!.validation!.accuracy!, try compiled.weightsSHA256())

        #expect(history.epochs.last!.validation!.accuracy! > 0.9)

        let watched = try compiled.fit(digits.train, validation: digits.test, epochs: 50, callbacks: [
            OnLoss(every: 10) { print($0.iteration, $0.loss); return .proceed },
            AfterEpoch { epoch, model in epoch.validation!.accuracy! > 0.97 ? .finish : .proceed },
        ])
        #expect(watched.epochs.count < 50 && watched.epochs.last!.validation!.accuracy! > 0.97)
    }

    @Test func trainingBesideOtherTasks() async throws {
        let digits = DataSet.digits()
        let compiled = try Model(input: [64]) { Linear(10) }.compile(optimizer: "adam", on: try Backends.open(.auto).device)

        let trainer = Trainer(compiled)
        let training = Task { try await trainer.fit(digits.train, epochs: 1000) }
        training.cancel()

        let error = await #expect(throws: TrainingError.self) { try await training.value }
        guard case .interrupted? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func freeFormGraph() throws {
        let residual = try Model(joining: [64]) { x in
            let hidden = ReLU()(Linear(64)(x))
            return Linear(10)(Add()(hidden, x))
        }
        #expect(residual.outputShape == [10])
    }

    @Test func residualNetwork() throws {
        let network = try Sequential(input: [3, 32, 32]) {
            Conv2D(16, kernelSize: 3, padding: 1, bias: false); BatchNorm(); ReLU()
            Residual {
                Conv2D(32, kernelSize: 3, stride: 2, padding: 1, bias: false); BatchNorm(); ReLU()
                Conv2D(32, kernelSize: 3, padding: 1, bias: false); BatchNorm()
            } shortcut: {
                Conv2D(32, kernelSize: 1, stride: 2, bias: false); BatchNorm()
            }
            ReLU()
            GlobalAveragePool2D()
            Linear(10)
        }
        #expect(network.outputShape == [10])
    }

    @Test func metricsMustGoWithTheLoss() throws {
        let error = #expect(throws: TrainingError.self) {
            try Model(input: [1]) { Linear(1) }.compile(
                loss: .meanSquaredError, optimizer: "sgd", metrics: [.accuracy], on: TestDevices.cpu[0])
        }
        #expect(error?.description.contains("does not go with the loss") == true)
    }
}
