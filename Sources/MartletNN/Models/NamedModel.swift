import MartletCore

/// A network that is known by a name: `mlp:512,512`, `resnet20`.
public struct NamedModel: Sendable {
    /// What stands before the colon.
    public let name: String
    /// What may follow the name after a colon; nil for nothing.
    public let argument: String?
    /// The network in a line, for help.
    public let summary: String
    /// Which settings it takes.
    public let settings: Set<Setting>
    let blocks: @Sendable (Request) throws -> [any Block]

    /// A new network is a file in this folder and a line here.
    public static let all: [NamedModel] = [.perceptron, .lenet5, .cnn, .resnet8, .resnet20]

    /// What can be chosen beside the name.
    public enum Setting: String, Hashable, Sendable, CaseIterable {
        /// `Request.activation`
        case activation
        /// `Request.batchNorm`
        case batchNorm
        /// `Request.dropout`
        case dropout
    }

    /// What a network is built for.
    public struct Request: Sendable {
        /// What follows the colon.
        public var argument: String?
        /// Shape of a sample; of images channels x height x width.
        public var input: Shape
        /// Classes, or numbers to be approximated.
        public var outputs: Int
        /// One of `PointwiseFunction.activationNames`.
        public var activation = "relu"
        /// Whether a `BatchNorm` stands before each activation.
        public var batchNorm = false
        /// Probability; 0 for no dropout.
        public var dropout: Float = 0

        /// Of a sample's shape, and so many outputs; settings are as usual.
        public init(input: Shape, outputs: Int) {
            self.input = input
            self.outputs = outputs
        }
    }

    /// Splits a text at its colon.
    /// - Throws: `ModelNameError` for an unknown name, or an argument where none is taken.
    public static func parse(_ text: String) throws(ModelNameError) -> (model: NamedModel, argument: String?) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let model = all.first(where: { $0.name == parts[0] }) else {
            throw ModelNameError(unknownName("model", parts[0], known: all.map(\.name)) + ". Expected \(grammar)")
        }
        let argument = parts.count > 1 && !parts[1].isEmpty ? parts[1] : nil
        guard argument == nil || model.argument != nil else {
            throw ModelNameError("the model '\(model.name)' takes nothing after its name, found '\(text)'")
        }
        return (model, argument)
    }

    /// `mlp:WIDTH,…, lenet5, …`
    public static let grammar = all.map { model in model.name + (model.argument.map { ":\($0)" } ?? "") }.joined(separator: ", ")

    /// - Throws: `ModelNameError` for a senseless argument, `ShapeError` where the samples do not suit the network.
    public func build(_ request: Request) throws -> Model {
        try Model(input: request.input, blocks: try blocks(request))
    }
}

/// A model's name that says nothing. The message says what was expected and found.
public struct ModelNameError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
    /// An error with its message.
    public init(_ description: String) { self.description = description }
}
