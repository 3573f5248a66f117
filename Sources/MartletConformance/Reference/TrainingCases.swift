import MartletBackend
import MartletCore
import MartletData
import MartletFormats
import MartletNN
import MartletOps
import MartletTraining

/// The group `end_to_end`: a whole training run from given weights over given batches. Gives the loss of every step, the
/// gradients of the first (`grad.…`), the final weights (`final.…`) and the outputs for `x_eval`.
@Sendable func runTrainingCase(_ test: ReferenceCase, _ device: any Device) throws -> [String: [Float]]? {
    guard let layers = layers(test.attrs), let optimizer = optimizer(test.attrs),
        test.attrs["loss"]?.string ?? "cross_entropy mean" == "cross_entropy mean",
        let x = test.inputs["x"], let y = test.inputs["y"], x.shape.rank >= 3, y.shape.rank == 2
    else { return nil }
    let model = try Model(input: x.shape.withoutFirst.withoutFirst, blocks: layers)
    // PyTorch's optimizers decay every parameter.
    let compiled = try model.compile(optimizer: optimizer, on: device, decaysAll: true)
    let known = Set(model.variables.map(\.name))
    try compiled.setWeights(test.inputs.compactMap { name, array in
        let variable = String(name.dropFirst("init.".count))
        return name.hasPrefix("init.") && known.contains(variable) ? (variable, array) : nil
    })

    func dataSet(_ x: HostArray, _ y: HostArray) throws -> DataSet {
        let classes = (0..<model.outputShape.elementCount).map(String.init)
        return try DataSet(name: test.description, features: x, targets: .classes(labels: y, names: classes))
    }
    var outputs: [String: [Float]] = [:]
    var losses: [Float] = []
    var point = TrainingPoint()
    for step in 0..<x.shape[0] {
        var options = FitOptions()
        options.epochs = step + 1
        options.batchSize = x.shape[1]
        options.shuffles = false
        let batch = try dataSet(x.rows([step]).reshaped(x.shape.withoutFirst), y.rows([step]).reshaped([x.shape[1]]))
        let history = try compiled.fit(batch, options: options, from: point)
        losses.append(Float(history.epochs.last?.train.loss ?? .nan))
        point.epochsDone = step + 1
        point.iterations = step + 1
        if step == 0 {
            for (name, gradient) in try compiled.gradients() { outputs["grad.\(name)"] = gradient.floats }
        }
    }
    outputs["loss"] = losses
    for (name, weight) in try compiled.weights() { outputs["final.\(name)"] = weight.floats }
    if let features = test.inputs["x_eval"], let labels = test.inputs["y_eval"] {
        let evaluation = try dataSet(features, labels)
        outputs["logits_eval"] = try compiled.predict(evaluation).floats
        if let expected = test.source["eval_accuracy"]?.double {
            let accuracy = try compiled.evaluate(evaluation).accuracy ?? .nan
            guard (accuracy - expected).magnitude < 1e-9 else {
                throw ReferenceMismatch("the accuracy is \(accuracy), expected \(expected)")
            }
        }
    }
    return outputs
}

private func layers(_ attrs: JSONValue) -> [any Layer]? {
    guard let descriptions = attrs["layers"]?.array else { return nil }
    var layers: [any Layer] = []
    for description in descriptions {
        switch description["layer"]?.string {
        case "Linear":
            guard let width = description["out_features"]?.int else { return nil }
            layers.append(Linear(width, bias: description["bias"]?.bool ?? true))
        case "Conv2d":
            guard let channels = description["out_channels"]?.int, let kernel = description.size("kernel"),
                let padding = description.padding, description["padding_mode"]?.string ?? "zeros" == "zeros"
            else { return nil }
            layers.append(MartletNN.Conv2D(
                channels, kernelSize: kernel, stride: description.size("stride") ?? 1,
                padding: padding, dilation: description.size("dilation") ?? 1,
                groups: description["groups"]?.int ?? 1, bias: description["bias"]?.bool ?? true))
        case "MaxPool2d", "AvgPool2d":
            guard let kernel = description.size("kernel"), let padding = description.padding else { return nil }
            let stride = description.size("stride")
            let ceilMode = description["ceil_mode"]?.bool ?? false
            layers.append(description["layer"]?.string == "MaxPool2d"
                ? MartletNN.MaxPool2D(kernel, stride: stride, padding: padding, ceilMode: ceilMode)
                : MartletNN.AveragePool2D(
                    kernel, stride: stride, padding: padding, ceilMode: ceilMode,
                    countsPadding: description["count_include_pad"]?.bool ?? true))
        case "AdaptiveAvgPool2d":
            guard let places = description.size("output_size") else { return nil }
            layers.append(AdaptiveAveragePool2D(places))
        case "Flatten": layers.append(Flatten())
        case "BatchNorm1d", "BatchNorm2d":
            guard let epsilon = description["eps"]?.float, let momentum = description["momentum"]?.float else { return nil }
            layers.append(MartletNN.BatchNorm(epsilon: epsilon, momentum: momentum))
        case "ReLU": layers.append(ReLU())
        case "Tanh": layers.append(Tanh())
        case "Sigmoid": layers.append(Sigmoid())
        default: return nil
        }
    }
    return layers
}

/// Nil where Martlet has no such optimizer or does not know a setting.
private func optimizer(_ attrs: JSONValue) -> Optimizer? {
    guard let settings = attrs["optimizer"], let kind = settings["kind"]?.string,
        var optimizer = try? Optimizer(
            named: kind, learningRate: settings["lr"]?.double, weightDecay: settings["weight_decay"]?.double ?? 0)
    else { return nil }
    for setting in settings.members ?? [] where !["kind", "lr", "weight_decay"].contains(setting.name) {
        do {
            switch (setting.name, setting.value.double) {
            case ("betas", nil):
                guard let betas = setting.value.doubles, betas.count == 2 else { return nil }
                try optimizer.set("beta1", betas[0])
                try optimizer.set("beta2", betas[1])
            case ("eps", let value?): try optimizer.set("epsilon", value)
            case (let name, let value?): try optimizer.set(name, value)
            default: return nil
            }
        } catch {
            return nil
        }
    }
    return optimizer
}
