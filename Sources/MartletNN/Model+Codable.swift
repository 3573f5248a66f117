import MartletCore
import MartletOps

/// The layers that descriptions can name.
enum LayerRegistry {
    static let layers: [any Layer.Type] = [
        Linear.self, BatchNorm.self, Activation.self, Dropout.self, Add.self, Flatten.self,
        LayerNorm.self, Embedding.self,
    ]
    static let byKind = Dictionary(uniqueKeysWithValues: layers.map { ($0.kind, $0) })
}

/// A readable description: `{"format": "martlet.model", "version": 1, "input": [64], "layers": [{"name": "0", "kind":
/// "linear", "inputs": ["input"], "units": 512, "bias": true}, …]}`.
extension Model: Codable {
    private enum Key: String, CodingKey { case format, version, input, layers }
    private enum NodeKey: String, CodingKey { case name, kind, inputs }
    private static let format = "martlet.model"

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(Self.format, forKey: .format)
        try container.encode(1, forKey: .version)
        try container.encode(inputShape.extents, forKey: .input)
        var list = container.nestedUnkeyedContainer(forKey: .layers)
        for node in nodes {
            let inner = list.superEncoder()
            var fields = inner.container(keyedBy: NodeKey.self)
            try fields.encode(node.name, forKey: .name)
            try fields.encode(type(of: node.layer).kind, forKey: .kind)
            try fields.encode(node.inputs.map { $0 < 0 ? "input" : nodes[$0].name }, forKey: .inputs)
            try node.layer.encode(to: inner)
        }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        guard try container.decode(String.self, forKey: .format) == Self.format,
            try container.decode(Int.self, forKey: .version) == 1
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .format, in: container, debugDescription: "expected a description of format \(Self.format), version 1")
        }
        let input = Shape(try container.decode([Int].self, forKey: .input))
        var list = try container.nestedUnkeyedContainer(forKey: .layers)
        var nodes: [Node] = []
        while !list.isAtEnd {
            let inner = try list.superDecoder()
            let fields = try inner.container(keyedBy: NodeKey.self)
            let name = try fields.decode(String.self, forKey: .name)
            let kind = try fields.decode(String.self, forKey: .kind)
            guard let layer = LayerRegistry.byKind[kind] else {
                throw DecodingError.dataCorruptedError(
                    forKey: .kind, in: fields,
                    debugDescription: "layer '\(name)': " + unknownName("layer kind", kind, known: LayerRegistry.byKind.keys.sorted()))
            }
            let inputs = try fields.decode([String].self, forKey: .inputs).map { input in
                if input == "input" { return -1 }
                guard let place = nodes.firstIndex(where: { $0.name == input }) else {
                    throw DecodingError.dataCorruptedError(
                        forKey: .inputs, in: fields,
                        debugDescription: "layer '\(name)' reads '\(input)', which is no layer before it")
                }
                return place
            }
            nodes.append(Node(name: name, layer: try layer.init(from: inner), inputs: inputs))
        }
        try self.init(input: input, nodes: nodes)
    }
}
