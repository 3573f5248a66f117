/// Makes a compiler's log name the files of a source that `SourceResolver` put together.
///
/// Most compilers follow `#line`. One that does not (Oclgrind's) counts lines of the whole text under a name of its own;
/// then the true place is put behind each of its positions.
enum BuildLog {
    static func located(_ log: String, source: String) -> String {
        let places = places(in: source)
        let files = Set(places.map(\.file)).subtracting([""])
        guard !files.isEmpty, !files.contains(where: { mentions(log, $0) }) else { return log }
        return log.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .map { line in
                guard let number = position(line), places.indices.contains(number - 1) else { return String(line) }
                let place = places[number - 1]
                return "\(line) [\(place.file):\(place.line)]"
            }
            .joined(separator: "\n")
    }

    /// Where each line of a text comes from, by its `#line` directives.
    private static func places(in source: String) -> [(file: String, line: Int)] {
        var (file, next) = ("", 1)
        return source.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            if line.hasPrefix("#line ") {
                let words = line.split(separator: " ", maxSplits: 2)
                if words.count == 3, let number = Int(words[1]) {
                    file = String(words[2].drop { $0 == "\"" }.prefix { $0 != "\"" })
                    next = number
                    return (file, number)
                }
            }
            defer { next += 1 }
            return (file, next)
        }
    }

    /// 5 in `input.cl:5:23: error: ...`
    private static func position(_ line: Substring) -> Int? {
        let parts = line.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, Int(parts[2]) != nil else { return nil }
        return Int(parts[1])
    }

    private static func mentions(_ log: String, _ file: String) -> Bool {
        log.split(whereSeparator: \.isNewline).contains { $0.contains("\(file):") || $0.contains("\"\(file)\"") }
    }
}
