import MartletCore
import MartletFormats
import MartletNN

/// An ensemble's file is a safetensors file with the tensors of member i under `i.`, and in its metadata the descriptions of
/// the members beside what a model file has.
extension Ensemble {
    static let membersField = "martlet.ensemble"

    /// Reads an ensemble, or a model as one of one member.
    /// - Throws: as `ModelFile.read`.
    public static func read(_ path: String) throws(TrainingError) -> Ensemble {
        let contents = try wrap { () throws(FormatError) in try ModelFile.contents(path) }
        guard let text = contents.metadata[membersField] else { return try Ensemble([try ModelFile.read(path)]) }
        return try Ensemble(try wrap { () throws(FormatError) in
            try contents.verify(path)
            var members: [ModelFile] = []
            for (place, model) in try JSONText.decode([Model].self, text, field: membersField, path: path).enumerated() {
                members.append(try ModelFile(contents, model, path, prefix: "\(place)."))
            }
            return members
        })
    }

    /// Saves all members in one file.
    public func save(to path: String) throws(TrainingError) {
        let contents = ModelFile.contents(
            tensors, [Self.membersField: JSONText.encode(members.map(\.model))], loss, data)
        try wrap { () throws(FormatError) in try contents.write(to: path) }
    }
}
