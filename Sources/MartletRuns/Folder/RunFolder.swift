import FoundationEssentials
import MartletFormats
import MartletTraining

/// A run's folder: `run.json` (settings, and in the end what it came to), `history.jsonl` (a line for each thing that was
/// measured, in order), and TensorBoard's event files.
public struct RunFolder: Sendable {
    public let path: String

    static let kind = "martlet.run"
    /// Of `run.json` and `history.jsonl`; folders of another version are refused.
    static let version = 1

    var runFile: String { path + "/run.json" }
    var historyFile: String { path + "/history.jsonl" }

    public init(_ path: String) {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path
    }

    public var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// Makes the folder for a new run, or finds it for one that goes on.
    ///
    /// - Throws: `unwritable`, `unsuitable` where it holds a run that does not go on, and what `read` throws for one that does.
    public func prepare(resuming: Bool) throws(FormatError) {
        try File.makeFolder(path)
        try File.checkFolderWritable(path)
        guard File.exists(runFile) || File.exists(historyFile) else { return }
        if resuming {
            _ = try read()
        } else {
            throw .unsuitable(path: path, problem: "expected a folder without a run, found one", remedy: "name another folder, or remove this one")
        }
    }

    /// `run.json`, with what the run came to once it has ended.
    func write(_ settings: RunSettings, _ outcome: RunOutcome?) throws(FormatError) {
        let file = RunFile(format: Self.kind, version: Self.version, settings: settings, outcome: outcome)
        try File.write(Array((JSONText.encode(file) + "\n").utf8), to: runFile, flushes: false)
    }

    func append(_ lines: [UInt8]) throws(FormatError) { try File.append(lines, to: historyFile) }

    /// Replaces the history, for a run that goes on from before its end.
    func rewrite(_ lines: [HistoryLine]) throws(FormatError) {
        try File.write(lines.flatMap(Self.text), to: historyFile, flushes: false)
    }

    static func text(of line: HistoryLine) -> [UInt8] {
        // Steps are many, and the encoder takes a hundred times as long for one as this does.
        let text = if let step = line.step {
            "{\"step\":{\"epoch\":\(number(step.epoch)),\"iteration\":\(step.iteration),\"learningRate\":\(number(step.learningRate)),\"loss\":\(number(step.loss))}}"
        } else {
            JSONText.encode(line)
        }
        return Array((text + "\n").utf8)
    }

    /// As `JSONText` writes it: what is not finite as a text, and NaN without a sign.
    private static func number(_ value: Double) -> String {
        value.isFinite ? "\(value)" : value.isNaN ? "\"nan\"" : "\"\(value)\""
    }
}

/// `run.json`.
struct RunFile: Codable {
    var format: String
    var version: Int
    var settings: RunSettings
    var outcome: RunOutcome?
}

/// A line of `history.jsonl`, which has one of these.
struct HistoryLine: Codable {
    var step: StepEntry?
    var epoch: History.Epoch?
    var statistics: NetworkStatistics?

    /// Optimizer steps done when it was written.
    var iteration: Int { step?.iteration ?? statistics?.iteration ?? epoch?.iterations ?? 0 }
}
