import ArgumentParser
import Martlet

struct ModelOptions: ParsableArguments {
    @Option(help: ArgumentHelp("mlp:WIDTH,WIDTH,… (mlp: alone for no hidden layer). Default: mlp:512,512.", valueName: "model"))
    var model: String?

    @Option(help: ArgumentHelp(
        "\(PointwiseFunction.activationNames.joined(separator: ", ")). Default: relu.", valueName: "name"))
    var activation: String?

    @Flag(help: "BatchNorm between each hidden layer and its activation.")
    var batchNorm = false

    @Option(help: ArgumentHelp("Dropout after each activation, from 0 to below 1. Default: 0.", valueName: "share"))
    var dropout: Float?

    /// Whether any of these was given.
    var isGiven: Bool { model != nil || activation != nil || batchNorm || dropout != nil }

    func build(input: Shape, outputs: Int) throws -> Model {
        let activation = activation ?? "relu"
        guard PointwiseFunction.activationNames.contains(activation) else {
            throw TrainingError.badOption(unknownName("activation", activation, known: PointwiseFunction.activationNames))
        }
        let dropout = dropout ?? 0
        guard dropout >= 0, dropout < 1 else {
            throw TrainingError.badOption("--dropout must be at least 0 and below 1, not \(dropout)")
        }
        return try Model.perceptron(
            input: input, widths: try widths(), outputs: outputs, activation: activation, batchNorm: batchNorm, dropout: dropout)
    }

    private func widths() throws -> [Int] {
        let text = model ?? "mlp:512,512"
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts[0] == "mlp" else {
            throw TrainingError.badOption(unknownName("model", String(parts[0]), known: ["mlp"]) + ". Expected mlp:WIDTH,WIDTH,…")
        }
        guard parts.count == 2, !parts[1].isEmpty else { return [] }
        return try parts[1].split(separator: ",", omittingEmptySubsequences: false).map { word in
            guard let width = Int(word), width > 0, width <= 1 << 20 else {
                throw TrainingError.badOption("'\(word)' in --model \(text) is no width; expected mlp:WIDTH,WIDTH,… with widths from 1 to \(1 << 20)")
            }
            return width
        }
    }
}
