import MartletFormats

/// A search on disk: a line that says what is searched, then one for every trial, each on the disk before the next trial
/// begins. It is killed at any moment without harm, for a line that was not written whole is dropped.
public final class SearchJournal {
    public private(set) var trials: [Trial] = []
    private let file: LineFile?
    private let path: String

    /// - Parameters:
    ///   - path: nil for a search that leaves nothing behind.
    ///   - header: what must be equal for the search to go on.
    /// - Throws: `unsuitable` where the file is another search, `damaged` where it is none, and what `LineFile` throws.
    public init(_ path: String?, header: JSONValue) throws(FormatError) {
        self.path = path ?? ""
        guard let path else {
            file = nil
            return
        }
        let file = try LineFile(path)
        self.file = file
        guard let first = file.lines.first else {
            try file.append("\(header)")
            return
        }
        // Texts are compared, which are the same for equal headers.
        guard first == "\(header)" else {
            throw .unsuitable(
                path: path, problem: try Self.difference(first, header, path),
                remedy: "go on with the options that it was begun with, or give another --journal")
        }
        for (place, line) in file.lines.enumerated().dropFirst() {
            guard let value = try? JSONValue(parsing: line.utf8, path: path), let trial = Trial(value), trial.number == place - 1 else {
                throw .damaged(path: path, reason: "line \(place + 1) is no trial of number \(place - 1)")
            }
            trials.append(trial)
        }
    }

    /// Adds a trial, as a reader will find it.
    public func append(_ trial: Trial) throws(FormatError) {
        let text = "\(trial.json)"
        try file?.append(text)
        // What is gone on with is what was written, so that a resumed search makes the same choices.
        guard let read = Trial(try JSONValue(parsing: text.utf8, path: path)) else { preconditionFailure("a trial that cannot be read: \(text)") }
        trials.append(read)
    }

    private static func difference(_ line: String, _ header: JSONValue, _ path: String) throws(FormatError) -> String {
        guard let then = try? JSONValue(parsing: line.utf8, path: path), then["format"] == header["format"], let members = header.members else {
            return "it is no journal of a search"
        }
        for member in members where then[member.name].map({ "\($0)" }) != "\(member.value)" {
            return "it is a search with \(member.name) \(then[member.name] ?? .null), and now it is \(member.value)"
        }
        return "it is another search"
    }
}
