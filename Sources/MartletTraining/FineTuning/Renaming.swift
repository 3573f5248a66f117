import MartletCore

/// Names of a file as a model has them: `a.*=b.*`, where what the `*` of the left side stand for goes to those of the right.
public struct Renaming: Hashable, Sendable, CustomStringConvertible {
    let from: NamePattern
    let to: NamePattern

    /// - Throws: `badOption` for a text of another form.
    public init(_ text: String) throws(TrainingError) {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw .badOption("--rename takes OLD=NEW, such as 'backbone.*=features.*', not '\(text)'")
        }
        (from, to) = (NamePattern(parts[0]), NamePattern(parts[1]))
        guard from.wildcards == to.wildcards else {
            throw .badOption("--rename '\(text)' has \(from.wildcards) '*' on the left and \(to.wildcards) on the right; both sides need the same number")
        }
    }

    public var description: String { "\(from)=\(to)" }

    /// Nil for a name that is none of the file's.
    func renamed(_ name: String) -> String? { from.captures(name).map(to.filled) }
}
