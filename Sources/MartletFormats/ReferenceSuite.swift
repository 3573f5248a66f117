import MartletCore

/// Cases with inputs and expected outputs of numeric operations, read from a folder: `index.json` lists groups, each a
/// JSON file of cases and, for most, a safetensors file of their tensors.
public struct ReferenceSuite: Sendable {
    /// Of all groups, in the order of the folder's `index.json`.
    public let cases: [ReferenceCase]
    /// The groups in the folder's order, those without cases too.
    public let groups: [String]

    /// Reads the groups of a folder; `groups` names those wanted, all if it is nil.
    ///
    /// - Throws: what `JSONValue.read` and `SafeTensors.read` throw; `badField` or `missingTensor` where a case is
    ///   not complete; `badRequest` for an unknown group.
    public static func read(_ directory: String, groups wanted: [String]? = nil) throws(FormatError) -> ReferenceSuite {
        let path = "\(directory)/index.json"
        let index = try JSONValue.read(path)
        guard let groups = index["groups"]?.array else {
            throw .badField(path: path, field: "groups", expected: "a list")
        }
        if let format = index["format"], format.int != 1 {
            throw .badField(path: path, field: "format", expected: "1, the only one known")
        }
        guard !groups.isEmpty else { throw .badField(path: path, field: "groups", expected: "at least one group") }
        var cases: [ReferenceCase] = []
        var known: [String] = []
        for group in groups {
            guard let name = group["name"]?.string, let file = group["json"]?.string else {
                throw .badField(path: path, field: "groups", expected: "a 'name' and a 'json' for each")
            }
            guard !known.contains(name) else {
                throw .badField(path: path, field: "groups", expected: "each group once, and not '\(name)' twice")
            }
            known.append(name)
            guard wanted?.contains(name) ?? true else { continue }
            let tensorFile = group["tensors"]?.string.map { "\(directory)/\($0)" }
            cases += try readGroup(name, "\(directory)/\(file)", tensorFile)
        }
        if let unknown = wanted?.first(where: { !known.contains($0) }) {
            throw .badRequest(unknownName("reference group", unknown, known: known))
        }
        return ReferenceSuite(cases: cases, groups: known.filter { wanted?.contains($0) ?? true })
    }

    private static func readGroup(
        _ name: String, _ path: String, _ tensorFile: String?
    ) throws(FormatError) -> [ReferenceCase] {
        guard let described = try JSONValue.read(path)["cases"]?.array else {
            throw .badField(path: path, field: "cases", expected: "a list")
        }
        let tensors = try tensorFile.map { (file) throws(FormatError) in try SafeTensors.read(file) } ?? SafeTensors()
        var cases: [ReferenceCase] = []
        for description in described {
            cases.append(
                try ReferenceCase(description, group: name, tensors, path: path, tensorFile: tensorFile ?? path))
        }
        return cases
    }
}
