/// What can go wrong with a file that is read or written.
///
/// Every message names the path, what was expected, what was found, and what to do.
public enum FormatError: Error, Hashable, Sendable {
    // The file as such.
    /// There is nothing at the path.
    case missing(path: String)
    /// There is something else at the path, such as a folder.
    case notAFile(path: String, found: String)
    /// The system does not give its contents, for the reason that it names.
    case unreadable(path: String, reason: String)
    /// The file has no bytes.
    case empty(path: String, expected: String)
    /// What the file announces is beyond a limit, in the unit that `what` names.
    case tooLarge(path: String, what: String, limit: Int)
    /// None of the names a data set may have is in its folder.
    case missingPart(directory: String, part: String, candidates: [String])

    // Binary formats.
    /// The file ends in the middle of `what`; both numbers are bytes.
    case truncated(path: String, what: String, expected: Int, found: Int)
    /// There are bytes behind the end of what the header announces; both numbers are bytes.
    case trailingBytes(path: String, after: String, expected: Int, found: Int)
    /// The first bytes are not those of the format.
    case wrongMagic(path: String, expected: String, found: String)
    /// The contents contradict themselves: a checksum, a stream that does not unpack, a hash of the tensors.
    case damaged(path: String, reason: String)
    /// A part of the format that is not read, and what to do about it.
    case unsupported(path: String, what: String, remedy: String)
    /// A tensor whose type, shape or place in the file is wrong.
    case badTensor(path: String, name: String, problem: String)
    /// The message is one of `unknownName`.
    case missingTensor(path: String, message: String)

    // Text formats.
    /// No JSON; line and column count from 1.
    case badJSON(path: String, line: Int, column: Int, problem: String)
    /// A member of a JSON file that is missing or of another kind.
    case badField(path: String, field: String, expected: String)
    /// A table that cannot be told into cells; lines count from 1.
    case badCSV(path: String, line: Int, problem: String)
    /// A row with another number of cells than the header.
    case raggedRow(path: String, line: Int, expected: Int, found: Int)
    /// A cell that is to be a number and is none; the column is given by its name.
    case badNumber(path: String, line: Int, column: String, text: String)
    /// An empty cell; the column is given by its name.
    case missingValue(path: String, line: Int, column: String)
    /// The message is one of `unknownName`.
    case unknownColumn(path: String, message: String)

    // What the data say.
    /// Two parts of the data do not go together, such as images and labels of different number.
    case mismatch(path: String, what: String, expected: String, found: String)
    /// A label that is no class; positions count from 0.
    case badLabel(path: String, position: Int, label: Int, classes: Int)
    /// Well-formed data that nothing can be learnt from, and what to do.
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
