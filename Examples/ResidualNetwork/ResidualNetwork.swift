// A residual network with a layer and a loss of its own, trained on the embedded digits: what a program adds to Martlet
// without changing it.
//
//     ResidualNetwork MODEL.safetensors [BACKEND] [EPOCHS]
//
// It shows a layer (`LayerScale.swift`), a block that joins layers (`ScaledResidual.swift`), a loss (`FocalLoss.swift`), a metric
// (`ClassRecall.swift`) and callbacks; training on a thread of its own, which Ctrl-C ends after the step under way; and how a model
// with such parts is saved and read back. The hash that it prints is the same on every device.

import Dispatch
import Glibc
import Martlet

@main
struct ResidualNetwork {
    static func network() throws -> Model {
        try Sequential(input: [1, 8, 8]) {
            Conv2D(16, kernelSize: 3, padding: 1, bias: false); BatchNorm(); ReLU()
            ScaledResidual {
                Conv2D(16, kernelSize: 3, padding: 1, bias: false); BatchNorm(); ReLU()
                Conv2D(16, kernelSize: 3, padding: 1, bias: false); BatchNorm()
            }
            ReLU()
            MaxPool2D(2)
            Conv2D(32, kernelSize: 3, padding: 1, bias: false); BatchNorm(); ReLU()
            ScaledResidual {
                Conv2D(32, kernelSize: 3, padding: 1, bias: false); BatchNorm(); ReLU()
                Conv2D(32, kernelSize: 3, padding: 1, bias: false); BatchNorm()
            }
            ReLU()
            GlobalAveragePool2D()
            Linear(10)
        }
    }

    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let epochs = arguments.count > 2 ? Int(arguments[2]) : 10
        guard (1...3).contains(arguments.count), let epochs, epochs > 0 else {
            fail("usage: ResidualNetwork MODEL.safetensors [auto|cpu|opencl] [EPOCHS]", status: 64)
        }
        do {
            try await run(arguments[0], backend: arguments.count > 1 ? arguments[1] : "auto", epochs: epochs)
        } catch let error as TrainingError {
            fail("error: \(error)", status: error.exitCode)
        } catch {
            fail("error: \(error)", status: 69)
        }
    }

    static func run(_ path: String, backend: String, epochs: Int) async throws {
        let opened = try Backends.open(try BackendSelection(parsing: backend))
        print("training on \(opened.device.name), \(opened.reason)")
        let (train, test) = DataSet.digits()
        let model = try network()
        let compiled = try model.compile(
            loss: Loss(FocalLoss(gamma: 2)), optimizer: .momentum(learningRate: 0.05, weightDecay: 1e-4),
            customMetrics: (0..<3).map { ClassRecall(of: $0) }, on: opened.device, seed: 1)

        var options = FitOptions()
        options.epochs = epochs
        options.batchSize = 32
        // From here on the model is the trainer's; the main task is free while it trains.
        let trainer = Trainer(compiled)
        let training = Task { [options] in
            try await trainer.fit(train, test: test, options: options, callbacks: [report(), watch()])
        }
        let interruption = onInterruption { training.cancel() }
        defer { interruption.cancel() }
        do {
            _ = try await training.value
        } catch TrainingError.interrupted(let epoch, let step, _) {
            print("interrupted in epoch \(epoch) after step \(step); the weights of that step are saved")
        }
        let hash = try await trainer.use { model throws(TrainingError) in
            try model.save(to: path, data: DataDescription(train))
            return try model.weightsSHA256()
        }
        print("weights' SHA-256 \(hash)")

        // Another program that has the same layer and loss reads the file so.
        let file = try ModelFile.read(path, registry: try Registry(layers: [LayerScale.self], losses: [FocalLoss.self]))
        let again = try file.model.compile(loss: file.loss, optimizer: "sgd", on: opened.device)
        try again.setWeights(file.weights)
        let expected = try await trainer.predict(test.features, divisor: test.featureDivisor)
        print("read back, it predicts \(try sameBits(again.predict(test).floats, expected.floats) ? "the same bits" : "something else")")
    }

    /// Says what each epoch came to.
    static func report() -> AfterEpoch {
        AfterEpoch { epoch, _ in
            let recalls = (epoch.test?.custom ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key) \(short($0.value))" }
            print(
                "epoch \(epoch.epoch): loss \(short(epoch.train.loss)), test accuracy \(short(epoch.test?.accuracy ?? .nan)), "
                    + recalls.joined(separator: ", "))
            fflush(nil)
            return epoch.test?.accuracy == 1 ? .finish : .proceed
        }
    }

    /// Says the loss of every hundredth step, which the device does not wait for.
    static func watch() -> OnLoss {
        OnLoss(every: 100) { loss in
            print("  step \(loss.iteration): loss \(short(loss.loss))")
            return .proceed
        }
    }

    /// Calls a body at Ctrl-C, instead of the end of the program.
    static func onInterruption(_ body: @escaping @Sendable () -> Void) -> any DispatchSourceSignal {
        signal(SIGINT, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler(handler: body)
        source.resume()
        return source
    }

    /// Four decimals.
    static func short(_ value: Double) -> String {
        guard value.isFinite, value.magnitude < 1e9 else { return "\(value)" }
        let units = Int((value.magnitude * 10_000).rounded())
        let decimals = "\(units % 10_000)"
        return (value < 0 ? "-" : "") + "\(units / 10_000)." + String(repeating: "0", count: 4 - decimals.count) + decimals
    }
}
