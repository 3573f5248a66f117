import FoundationEssentials
import MartletFormats
import MartletTraining

extension RunFolder {
    /// The run that a folder holds, also one that is still under way or was killed.
    ///
    /// - Throws: `missing` or `unsuitable` where there is no run, `unsupported` for one of another version, `damaged` for a
    ///   history with a line that is none. A last line that was cut short is left out with a warning.
    public func read() throws(FormatError) -> RunRecord {
        guard File.exists(path) else { throw .missing(path: path) }
        guard File.isFolder(path), File.exists(runFile) else {
            throw .unsuitable(path: path, problem: "expected the folder of a run with its run.json, found none", remedy: "give a folder written by train --log-dir")
        }
        let file = try readRunFile()
        var record = RunRecord(name: name, settings: file.settings)
        record.outcome = file.outcome
        let lines = try readHistory(&record.warnings)
        for line in lines { record.add(line) }
        let last = lines.map(\.iteration).max() ?? 0
        // The loss of every few steps is kept, and whole epochs.
        if let outcome = record.outcome, outcome.state == .finished, last < outcome.iterations, record.warnings.isEmpty {
            record.warnings.append("history.jsonl ends after step \(last) of \(outcome.iterations): the rest of it was lost")
        }
        return record
    }

    private func readRunFile() throws(FormatError) -> RunFile {
        let value = try JSONValue.read(runFile)
        guard value["format"]?.string == Self.kind, let version = value["version"]?.int else {
            throw .unsupported(path: runFile, what: "a file that is no run of Martlet", remedy: "give a folder written by train --log-dir")
        }
        guard version == Self.version else {
            throw .unsupported(
                path: runFile, what: "a run of version \(version), and this Martlet reads version \(Self.version)",
                remedy: "read it with the Martlet that wrote it, or train again")
        }
        return try JSONText.decode(RunFile.self, "\(value)", field: "run", path: runFile)
    }

    private func readHistory(_ warnings: inout [String]) throws(FormatError) -> [HistoryLine] {
        guard File.exists(historyFile) else {
            warnings.append("there is no history.jsonl: the run had not begun, or the file was taken away")
            return []
        }
        let bytes = try File.read(historyFile)
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)
        let isWhole = bytes.isEmpty || bytes.last == UInt8(ascii: "\n")
        var entries: [HistoryLine] = []
        for (number, line) in lines.enumerated() {
            do {
                let entry = try JSONText.decode(HistoryLine.self, Array(line))
                guard entry.step != nil || entry.epoch != nil || entry.statistics != nil else {
                    throw FormatError.damaged(path: historyFile, reason: "line \(number + 1) says nothing that is known")
                }
                entries.append(entry)
            } catch let error as FormatError {
                throw error
            } catch {
                guard number == lines.count - 1, !isWhole else {
                    throw .damaged(path: historyFile, reason: "line \(number + 1) cannot be read: \(JSONText.explain(error))")
                }
                warnings.append("the last line of history.jsonl (\(number + 1)) is cut short and was left out: the run was stopped while it wrote")
            }
        }
        return entries
    }
}

extension RunRecord {
    mutating func add(_ line: HistoryLine) {
        if let step = line.step { steps.append(step) }
        if let epoch = line.epoch { epochs.append(epoch) }
        if let measured = line.statistics { statistics.append(measured) }
    }

    /// Takes away what is later than an iteration.
    mutating func drop(after iteration: Int) {
        steps.removeAll { $0.iteration > iteration }
        epochs.removeAll { $0.iterations > iteration }
        statistics.removeAll { $0.iteration > iteration }
    }

    /// Everything up to an iteration, in order, as lines.
    func lines(upTo iteration: Int) -> [HistoryLine] {
        let lines = steps.map { HistoryLine(step: $0) } + statistics.map { HistoryLine(statistics: $0) } + epochs.map { HistoryLine(epoch: $0) }
        let kept = lines.enumerated().filter { $0.element.iteration <= iteration }
        return kept.sorted { ($0.element.iteration, $0.offset) < ($1.element.iteration, $1.offset) }.map(\.element)
    }
}
