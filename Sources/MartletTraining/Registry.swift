import MartletCore
import MartletNN

/// The layers and losses of a program's own that files may name. A model with such a layer is read back by
/// `ModelFile.read(path, registry: try Registry(layers: [Scale.self]))`.
public struct Registry: Sendable {
    /// Beside Martlet's own.
    public let layers: [any Layer.Type]
    /// Beside Martlet's own.
    public let losses: [any CustomLoss.Type]

    /// Martlet's own kinds alone.
    public static let standard = Registry()

    private init() { (layers, losses) = ([], []) }

    /// - Throws: `badOption` where a name is taken.
    public init(layers: [any Layer.Type] = [], losses: [any CustomLoss.Type] = []) throws(TrainingError) {
        if let kind = Self.firstRepeated(LayerRegistry.layers.map { $0.kind } + layers.map { $0.kind }) {
            throw .badOption("there is a layer of the kind '\(kind)' already; give yours another kind")
        }
        if let name = Self.firstRepeated(Loss.names + losses.map { $0.name }) {
            throw .badOption("there is a loss of the name '\(name)' already; give yours another name")
        }
        self.layers = layers
        self.losses = losses
    }

    private static func firstRepeated(_ names: [String]) -> String? {
        var known: Set<String> = []
        return names.first { !known.insert($0).inserted }
    }

    /// What decoders carry.
    var userInfo: [CodingUserInfoKey: any Sendable] { [Model.layersKey: layers, Loss.lossesKey: losses] }
}
