extension FormatError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .missing(let path):
            "'\(path)': there is no such file; check the path"
        case .notAFile(let path, let found):
            "'\(path)': expected a file, found \(found); name a file"
        case .unreadable(let path, let reason):
            "'\(path)': expected a readable file, found: \(reason); check its permissions"
        case .empty(let path, let expected):
            "'\(path)': expected \(expected), found an empty file; fetch or write it again"
        case .tooLarge(let path, let what, let limit):
            "'\(path)': \(what) is larger than the limit of \(limit) bytes; split the file"
        case .missingPart(let directory, let part, let candidates):
            "'\(directory)': expected the \(part), found none of \(candidates.joined(separator: ", ")); put one there"

        case .truncated(let path, let what, let expected, let found):
            "'\(path)': \(what) should have \(expected) bytes, only \(found) are there; the file is cut short, fetch it again"
        case .trailingBytes(let path, let after, let expected, let found):
            "'\(path)': expected \(expected) bytes up to the end of \(after), found \(found); the header does not fit the file, fetch it again"
        case .wrongMagic(let path, let expected, let found):
            "'\(path)': expected \(expected) at the start, found \(found); this is another kind of file"
        case .damaged(let path, let reason):
            "'\(path)': the file is damaged: \(reason); fetch it again"
        case .unsupported(let path, let what, let remedy):
            "'\(path)': found \(what), which is not supported; \(remedy)"
        case .badTensor(let path, let name, let problem):
            "'\(path)': tensor '\(name)': \(problem); the file must be written again"
        case .missingTensor(let path, let message):
            "'\(path)': \(message)"

        case .badJSON(let path, let line, let column, let problem):
            "'\(path)', line \(line), column \(column): \(problem); correct the JSON"
        case .badField(let path, let field, let expected):
            "'\(path)': expected \(expected) as '\(field)', found something else or nothing; correct the file"
        case .badCSV(let path, let line, let problem):
            "'\(path)', line \(line): \(problem)"
        case .raggedRow(let path, let line, let expected, let found):
            "'\(path)', line \(line): expected \(expected) cells as in the header, found \(found); correct the line"
        case .badNumber(let path, let line, let column, let text):
            "'\(path)', line \(line), column '\(column)': expected a finite number, found '\(text)'; correct the cell or drop the column"
        case .missingValue(let path, let line, let column):
            "'\(path)', line \(line), column '\(column)': expected a value, found a missing one; fill it in or drop the row"
        case .unknownColumn(let path, let message):
            "'\(path)': \(message)"

        case .mismatch(let path, let what, let expected, let found):
            "'\(path)': expected \(what) to be \(expected), found \(found); give parts that belong together"
        case .badLabel(let path, let position, let label, let classes):
            "'\(path)': expected labels from 0 to \(classes - 1), found \(label) at position \(position); correct the labels"
        case .unsuitable(let path, let problem, let remedy):
            "'\(path)': \(problem); \(remedy)"

        case .badRequest(let message):
            message
        case .unwritable(let path, let reason, let remedy):
            "'\(path)': cannot be written: \(reason); \(remedy)"
        }
    }
}
