/// What can go wrong with a file that is read or written.
///
/// Every message names the path, what was expected, what was found, and what to do.
public enum FormatError: Error, Hashable, Sendable {
    // The file as such.
    case missing(path: String)
    case notAFile(path: String, found: String)
    case unreadable(path: String, reason: String)
    case empty(path: String, expected: String)
    case tooLarge(path: String, what: String, limit: Int)
    /// None of the names a data set may have is in its folder.
    case missingPart(directory: String, part: String, candidates: [String])

    // Binary formats.
    case truncated(path: String, what: String, expected: Int, found: Int)
    case trailingBytes(path: String, after: String, expected: Int, found: Int)
    case wrongMagic(path: String, expected: String, found: String)
    case damaged(path: String, reason: String)
    case unsupported(path: String, what: String, remedy: String)
    case badTensor(path: String, name: String, problem: String)
    /// The message is one of `unknownName`.
    case missingTensor(path: String, message: String)

    // Text formats.
    case badJSON(path: String, line: Int, column: Int, problem: String)
    case badField(path: String, field: String, expected: String)
    case badCSV(path: String, line: Int, problem: String)
    case raggedRow(path: String, line: Int, expected: Int, found: Int)
    case badNumber(path: String, line: Int, column: String, text: String)
    case missingValue(path: String, line: Int, column: String)
    /// The message is one of `unknownName`.
    case unknownColumn(path: String, message: String)

    // What the data say.
    case mismatch(path: String, what: String, expected: String, found: String)
    case badLabel(path: String, position: Int, label: Int, classes: Int)
    case unsuitable(path: String, problem: String, remedy: String)

    /// What was asked for means nothing; the fault is in the request, not in a file.
    case badRequest(String)

    /// A file cannot be written.
    case unwritable(path: String, reason: String, remedy: String)
}

extension FormatError {
    /// Whether it is the output that failed, not the input.
    public var isOutput: Bool {
        if case .unwritable = self { true } else { false }
    }

    /// The exit status by the convention of `sysexits.h`: 64 a wrong request, 65 bad data, 73 cannot write.
    public var exitCode: Int32 {
        switch self {
        case .badRequest: 64
        case .unwritable: 73
        default: 65
        }
    }
}
