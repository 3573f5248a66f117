import ArgumentParser
import Martlet

struct ModelOptions: ParsableArguments {
    @Option(help: ArgumentHelp(
        "\(Self.models), or a FILE.json with a description of layers. Default: mlp:512,512.", valueName: "model"))
    var model: String?

    @Option(help: ArgumentHelp(
        "\(PointwiseFunction.activationNames.joined(separator: ", ")). Default: relu.", valueName: "name"))
    var activation: String?

    @Flag(help: "BatchNorm between each hidden layer and its activation.")
    var batchNorm = false

    @Option(help: ArgumentHelp(
        "Dropout, from 0 to below 1: after each activation of mlp, each dense one of lenet5, the pooling of resnets. Default: 0.",
        valueName: "share"))
    var dropout: Float?

    /// Every named model with what it is.
    private static let models = NamedModel.all
        .map { "\($0.name)\($0.argument.map { ":\($0)" } ?? "") (\($0.summary))" }.joined(separator: "; ")

    /// Whether any of these was given.
    var isGiven: Bool { model != nil || activation != nil || batchNorm || dropout != nil }

    /// The model for samples of a shape; a description says its own.
    func build(input: @autoclosure () throws -> Shape, outputs: @autoclosure () throws -> Int) throws -> Model {
        let text = model ?? "mlp:512,512"
        if text.hasSuffix(".json") {
            try refuseSettings(except: [], of: text)
            return try Model.read(description: text)
        }
        do {
            let (named, argument) = try NamedModel.parse(text)
            try refuseSettings(except: named.settings, of: named.name)
            var request = NamedModel.Request(input: try input(), outputs: try outputs())
            request.argument = argument
            request.activation = try checkedActivation()
            request.batchNorm = batchNorm
            request.dropout = try checkedDropout()
            return try named.build(request)
        } catch let error as ModelNameError {
            throw TrainingError.badOption("--model: \(error), or a FILE.json with a model's description")
        }
    }

    /// Whether the model says what it reads and gives.
    var isDescribed: Bool { model?.hasSuffix(".json") ?? false }

    private func refuseSettings(except taken: Set<NamedModel.Setting>, of model: String) throws {
        let given: [(option: String, setting: NamedModel.Setting, isGiven: Bool)] = [
            ("--activation", .activation, activation != nil), ("--batch-norm", .batchNorm, batchNorm), ("--dropout", .dropout, dropout != nil),
        ]
        for (option, setting, isGiven) in given where isGiven && !taken.contains(setting) {
            throw TrainingError.badOption("\(option) does not go with --model \(model), which is as it is; leave it out, or describe a model of your own in a FILE.json")
        }
    }

    private func checkedActivation() throws -> String {
        let activation = activation ?? "relu"
        guard PointwiseFunction.activationNames.contains(activation) else {
            throw TrainingError.badOption(unknownName("activation", activation, known: PointwiseFunction.activationNames))
        }
        return activation
    }

    private func checkedDropout() throws -> Float {
        let dropout = dropout ?? 0
        guard dropout >= 0, dropout < 1 else {
            throw TrainingError.badOption("--dropout must be at least 0 and below 1, not \(dropout)")
        }
        return dropout
    }
}
