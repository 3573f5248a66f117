import MartletFormats
import MartletNN

extension Model {
    /// Reads a description as docs/model-description.md has it.
    /// - Throws: `file` where the file is no such description, or layers do not fit, naming the layer.
    public static func read(description path: String, registry: Registry = .standard) throws(TrainingError) -> Model {
        let bytes = try wrap { () throws(FormatError) in
            let bytes = try File.read(path)
            // Says where the text is wrong, which the decoder does not.
            _ = try JSONValue(parsing: bytes, path: path)
            return bytes
        }
        do {
            return try JSONText.decode(Model.self, bytes, registry: registry)
        } catch {
            throw .file(.unsuitable(
                path: path, problem: JSONText.explain(error), remedy: "write it as docs/model-description.md says"))
        }
    }

    /// The description as text, as docs/model-description.md has it: one layer a line. Every layer says its name, by which files
    /// know its weights, and so keeps it when others are put before it.
    public var descriptionText: String {
        // Every model has a JSON form, made of an object.
        guard let value = try? JSONValue(encoding: self), let layers = value["layers"]?.array else { return "{}" }
        let lines = zip(nodes, layers).map { node, layer in
            "    \(layer.naming(node.name).ordered(["name", "kind", "inputs"]))"
        }
        let head = (value.ordered(["format", "version", "input"]).members ?? []).filter { $0.name != "layers" }
        let fields = head.map { "  \"\($0.name)\": \($0.value)" } + ["  \"layers\": [\n\(lines.joined(separator: ",\n"))\n  ]"]
        return "{\n" + fields.joined(separator: ",\n") + "\n}"
    }
}

extension JSONValue {
    /// An object that says its name.
    fileprivate func naming(_ name: String) -> JSONValue {
        guard let members, self["name"] == nil else { return self }
        return .object([Member("name", .string(name))] + members)
    }

    /// An object with some members first.
    fileprivate func ordered(_ first: [String]) -> JSONValue {
        guard let members else { return self }
        return .object(first.compactMap { name in members.first { $0.name == name } } + members.filter { !first.contains($0.name) })
    }
}
