import MartletCore
import MartletOps

extension NamedModel {
    static let perceptron = NamedModel(
        name: "mlp", argument: "WIDTH,WIDTH,…",
        summary: "hidden layers of so many units, each with an activation, and a linear layer; mlp: alone has none",
        settings: [.activation, .batchNorm, .dropout]
    ) { request in
        Model.perceptronBlocks(
            widths: try widths(request.argument), outputs: request.outputs, activation: request.activation,
            batchNorm: request.batchNorm, dropout: request.dropout)
    }

    private static func widths(_ text: String?) throws -> [Int] {
        try (text ?? "").split(separator: ",", omittingEmptySubsequences: text == nil).map { word in
            guard let width = Int(word), width > 0, width <= 1 << 20 else {
                throw ModelNameError("'\(word)' in mlp:\(text ?? "") is no width; expected mlp:WIDTH,WIDTH,… with widths from 1 to \(1 << 20)")
            }
            return width
        }
    }
}

extension Model {
    /// A multi-layer perceptron: for each width a linear layer, batchNorm if asked for, the activation, dropout; then a
    /// linear layer of `outputs`.
    public static func perceptron(
        input: Shape, widths: [Int], outputs: Int, activation: String = "relu", batchNorm: Bool = false, dropout: Float = 0
    ) throws(ShapeError) -> Model {
        try Model(
            input: input,
            blocks: perceptronBlocks(
                widths: widths, outputs: outputs, activation: activation, batchNorm: batchNorm, dropout: dropout))
    }

    @LayerBuilder
    fileprivate static func perceptronBlocks(
        widths: [Int], outputs: Int, activation: String, batchNorm: Bool, dropout: Float
    ) -> [any Block] {
        for width in widths {
            Linear(width, bias: !batchNorm)
            if batchNorm { BatchNorm() }
            Activation(activation)
            if dropout > 0 { Dropout(dropout) }
        }
        Linear(outputs)
    }
}
