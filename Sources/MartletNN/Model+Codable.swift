import MartletCore
import MartletOps

/// The layers that descriptions can name.
package enum LayerRegistry {
    package static let layers: [any Layer.Type] = [
        Linear.self,
        BatchNorm.self,
        Activation.self,
        Dropout.self,
        Add.self,
        Flatten.self,
        LayerNorm.self,
        Embedding.self,
        Conv2D.self,
        MaxPool2D.self,
        AveragePool2D.self,
        AdaptiveAveragePool2D.self,
        GlobalAveragePool2D.self,
        GlobalMaxPool2D.self,
        Dropout2D.self,
        Concatenate.self,
        Pad.self,
        Crop.self,
    ]
    static let byKind = Dictionary(uniqueKeysWithValues: layers.map { ($0.kind, $0) })
}

/// A readable description, documented in docs/model-description.md: `{"format": "martlet.model", "version": 1, "input":
/// [64], "layers": [{"kind": "linear", "units": 512}, …]}`. A layer without a name has its place in the list for one, and
/// one without inputs reads the layer before it.
extension Model: Codable {
    /// In a decoder's `userInfo`: the layers of the program's own that descriptions may name, `[any Layer.Type]`.
    public static let layersKey = CodingUserInfoKey(rawValue: "martlet.layers")!
    private static let format = "martlet.model"
    private static let fields = ["format", "version", "input", "layers"]
    private static let common = ["name", "kind", "inputs"]

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: FieldName.self)
        try container.encode(Self.format, forKey: FieldName("format"))
        try container.encode(1, forKey: FieldName("version"))
        try container.encode(inputShape.extents, forKey: FieldName("input"))
        var list = container.nestedUnkeyedContainer(forKey: FieldName("layers"))
        for (place, node) in nodes.enumerated() {
            var fields = list.nestedContainer(keyedBy: FieldName.self)
            if node.name != "\(place)" { try fields.encode(node.name, forKey: FieldName("name")) }
            try fields.encode(type(of: node.layer).kind, forKey: FieldName("kind"))
            if node.inputs != [place - 1] {
                try fields.encode(node.inputs.map { $0 < 0 ? "input" : nodes[$0].name }, forKey: FieldName("inputs"))
            }
            try node.layer.writeFields(to: &fields)
        }
    }

    public init(from decoder: any Decoder) throws {
        func refuse(_ problem: String) -> DecodingError {
            .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: problem))
        }
        let container = try decoder.container(keyedBy: FieldName.self)
        for key in container.allKeys where !Self.fields.contains(key.stringValue) {
            throw refuse("a model: " + unknownName("field", key.stringValue, known: Self.fields))
        }
        guard try container.decodeIfPresent(String.self, forKey: FieldName("format")) ?? Self.format == Self.format,
            try container.decodeIfPresent(Int.self, forKey: FieldName("version")) ?? 1 == 1
        else { throw refuse("expected a description of format \(Self.format), version 1") }

        guard let input = try? container.decode([Int].self, forKey: FieldName("input")) else {
            throw refuse("a model: the field 'input' takes the shape of a sample, such as [3, 32, 32]")
        }
        let own = decoder.userInfo[Self.layersKey] as? [any Layer.Type] ?? []
        let layers = LayerRegistry.byKind.merging(own.map { ($0.kind, $0) }) { known, _ in known }
        let kinds = layers.keys.sorted()
        var list = try container.nestedUnkeyedContainer(forKey: FieldName("layers"))
        var nodes: [Node] = []
        while !list.isAtEnd {
            let fields = try list.nestedContainer(keyedBy: FieldName.self)
            let name = try fields.decodeIfPresent(String.self, forKey: FieldName("name")) ?? "\(nodes.count)"
            guard name != "input" else {
                throw refuse("layer \(nodes.count) is called 'input', which is the name of the model's input; give it another")
            }
            guard !nodes.contains(where: { $0.name == name }) else {
                throw refuse("two layers are called '\(name)'; give every layer a name of its own")
            }
            guard let kind = try fields.decodeIfPresent(String.self, forKey: FieldName("kind")) else {
                throw refuse("layer '\(name)': the field 'kind' is missing; it takes one of \(kinds.joined(separator: ", "))")
            }
            guard let layer = layers[kind] else {
                throw refuse("layer '\(name)': " + unknownName("layer kind", kind, known: kinds))
            }
            let inputs = try fields.decodeIfPresent([String].self, forKey: FieldName("inputs"))?.map { input in
                if input == "input" { return -1 }
                guard let place = nodes.firstIndex(where: { $0.name == input }) else {
                    throw refuse("layer '\(name)' reads '\(input)', which is no layer before it")
                }
                return place
            }
            nodes.append(Node(
                name: name, layer: try layer.init(readingFieldsOf: fields, layer: name, common: Self.common),
                inputs: inputs ?? [nodes.count - 1]))
        }
        try self.init(input: Shape(input), nodes: nodes)
    }
}
