import Martlet
import TestSupport
import Testing

/// The training runs that PyTorch did in Float64.
@Suite struct EndToEndTests {
    @Test(
        .enabled(if: Shared.has("reference"), "needs ../shared or MARTLET_SHARED"),
        arguments: ["mlp", "mlp_bn"], TestDevices.each.indices)
    func matchesTheReferenceRun(id: String, device: Int) throws {
        let suite = try ReferenceSuite.read(Shared.path("reference"), groups: ["end_to_end"])
        let run = try #require(suite.cases.first { $0.id == id })
        let model = try Model(input: [64], layers: try layers(run.attrs))
        // PyTorch's optimizers decay every parameter.
        let compiled = try model.compile(optimizer: try optimizer(run.attrs), on: TestDevices.each[device], decaysAll: true)
        try compiled.setWeights(run.inputs.compactMap { name, array in
            name.hasPrefix("init.") ? (String(name.dropFirst(5)), array) : nil
        })

        func check(_ name: String, _ got: [Float]) throws {
            let comparison = try #require(run.outputs[name]).compare(got)
            #expect(comparison.isWithin, "\(id) \(name) on \(compiled.device.name): \(comparison.worst) of the tolerance")
        }
        let (x, y) = (try #require(run.inputs["x"]), try #require(run.inputs["y"]))
        var losses: [Float] = []
        var point = TrainingPoint()
        for step in 0..<x.shape[0] {
            var options = FitOptions()
            options.epochs = step + 1
            options.batchSize = x.shape[1]
            options.shuffles = false
            let data = try dataSet(x.rows([step]).reshaped(x.shape.withoutFirst), y.rows([step]).reshaped([x.shape[1]]))
            let history = try compiled.fit(data, options: options, from: point)
            losses.append(Float(try #require(history.epochs.last).train.loss))
            point.epochsDone = step + 1
            point.iterations = step + 1
            if step == 0 {
                for (name, gradient) in try compiled.gradients() { try check("grad.\(name)", gradient.floats) }
            }
        }
        try check("loss", losses)
        for (name, weight) in try compiled.weights() { try check("final.\(name)", weight.floats) }
        let evaluation = try dataSet(try #require(run.inputs["x_eval"]), try #require(run.inputs["y_eval"]))
        try check("logits_eval", try compiled.predict(evaluation).floats)
        if let accuracy = run.source["eval_accuracy"]?.double {
            #expect(abs(try #require(try compiled.evaluate(evaluation).accuracy) - accuracy) < 1e-9)
        }
    }

    private func dataSet(_ x: HostArray, _ y: HostArray) throws -> DataSet {
        try DataSet(name: "digits", features: x, targets: .classes(labels: y, names: (0..<10).map(String.init)))
    }

    private func layers(_ attrs: JSONValue) throws -> [any Layer] {
        try #require(attrs["layers"]?.array).map { description -> any Layer in
            switch try #require(description["layer"]?.string) {
            case "Linear": Linear(try #require(description["out_features"]?.int), bias: description["bias"] != .bool(false))
            case "BatchNorm1d":
                MartletNN.BatchNorm(
                    epsilon: try #require(description["eps"]?.float), momentum: try #require(description["momentum"]?.float))
            default: ReLU()
            }
        }
    }

    private func optimizer(_ attrs: JSONValue) throws -> Optimizer {
        let settings = try #require(attrs["optimizer"])
        var optimizer = try Optimizer(
            named: try #require(settings["kind"]?.string), learningRate: settings["lr"]?.double,
            weightDecay: settings["weight_decay"]?.double ?? 0)
        if let momentum = settings["momentum"]?.double { try optimizer.set("momentum", momentum) }
        return optimizer
    }
}
