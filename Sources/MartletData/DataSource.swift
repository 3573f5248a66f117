import MartletCore
import MartletFormats

/// Where data come from, as a user writes it: `digits`, `idx:DIRECTORY` or `csv:FILE`.
public enum DataSource: Hashable, Sendable, CustomStringConvertible {
    case digits
    case idx(directory: String)
    case csv(file: String)

    /// - Throws: `badRequest` for any other text, with what was probably meant.
    public static func parse(_ text: String) throws(FormatError) -> DataSource {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (parts[0], parts.count > 1 ? parts[1] : nil) {
        case ("digits", nil): return .digits
        case ("digits", _?):
            throw .badRequest("the data source 'digits' is part of the program and takes no path, found '\(text)'")
        case ("idx", let path?) where !path.isEmpty: return .idx(directory: path)
        case ("csv", let path?) where !path.isEmpty: return .csv(file: path)
        case ("idx", _), ("csv", _):
            throw .badRequest("the data source '\(text)' names no path; write one of \(grammar)")
        case (let scheme, let path):
            if path == nil, let guess = guess(text) {
                throw .badRequest("unknown data source '\(text)'; did you mean '\(guess)'? Write one of \(grammar)")
            }
            throw .badRequest(
                "\(unknownName("data source", scheme, known: ["digits", "idx", "csv"])); write one of \(grammar)")
        }
    }

    /// A path without its scheme.
    private static func guess(_ path: String) -> DataSource? {
        if path.hasSuffix(".csv") || path.hasSuffix(".csv.gz") { return .csv(file: path) }
        return path.contains("/") ? .idx(directory: path) : nil
    }

    private static let grammar = "digits, idx:DIRECTORY, csv:FILE"

    public var description: String {
        switch self {
        case .digits: "digits"
        case .idx(let directory): "idx:\(directory)"
        case .csv(let file): "csv:\(file)"
        }
    }
}

extension DataSource {
    /// Reads the data in their two parts.
    ///
    /// - Parameters:
    ///   - label: the column to be predicted, which a table needs and nothing else has.
    ///   - seed: decides the parts of a table; the other sources have theirs.
    /// - Throws: `badRequest` where label or task do not fit the source, and what the loaders of `DataSet` throw.
    public func load(
        label: String? = nil, task: LearningTask = .classification, seed: UInt64 = 0
    ) throws(FormatError) -> Splits {
        switch self {
        case .csv(let file):
            guard let label else {
                throw .badRequest(
                    "the data source '\(self)' needs the name of the column to be predicted; give the label")
            }
            return try DataSet.loadCSV(file, label: label, task: task, seed: seed)
        case .digits:
            try checkFixed(label, task)
            let (train, test) = DataSet.digits()
            return Splits(train: train, test: test)
        case .idx(let directory):
            try checkFixed(label, task)
            let (train, test) = try DataSet.loadIDX(directory)
            return Splits(train: train, test: test)
        }
    }

    /// Refuses what a source that has its own classes would otherwise ignore.
    private func checkFixed(_ label: String?, _ task: LearningTask) throws(FormatError) {
        if let label {
            throw .badRequest(
                "the data source '\(self)' has its own labels, found the label '\(label)'; leave it out, or use csv:FILE"
            )
        }
        guard task == .classification else {
            throw .badRequest(
                "the data source '\(self)' has classes and no numbers to be predicted; use csv:FILE for \(task.rawValue)"
            )
        }
    }
}
