import MartletFormats
import MartletNN

extension Model {
    /// Reads a description, as files have it in their metadata.
    /// - Parameter json: `{"format": "martlet.model", "version": 1, "input": [64], "layers": […]}`
    /// - Throws: `file` where the text is none, with its place, or layers do not fit, naming the layer.
    public init(json: String, registry: Registry = .standard) throws(TrainingError) {
        let source = "the description of the model"
        // Says where the text is wrong, which the decoder does not, and how deep it may nest.
        _ = try wrap { () throws(FormatError) in try JSONValue(parsing: json.utf8, path: source) }
        do {
            self = try JSONText.decode(Model.self, Array(json.utf8), registry: registry)
        } catch {
            throw .file(.unsuitable(path: source, problem: JSONText.explain(error), remedy: "correct it"))
        }
    }
}
