import FoundationEssentials
import MartletFormats
import MartletTraining

/// A run's folder while the run goes on. Lines are gathered and written twice a second, for fast steps would wait for files.
final class RunLog {
    private let folder: RunFolder
    private let events: EventLog
    private var waiting: (history: [UInt8], events: [UInt8]) = ([], [])
    private let clock = ContinuousClock()
    private var written: ContinuousClock.Instant

    private static let interval = Duration.milliseconds(500)

    /// - Parameter earlier: what the history begins with, of a run that goes on.
    init(_ folder: RunFolder, _ settings: RunSettings, earlier: [HistoryLine]) throws(FormatError) {
        self.folder = folder
        try folder.rewrite(earlier)
        try folder.write(settings, nil)
        events = try EventLog(in: folder)
        written = clock.now
    }

    func add(_ line: HistoryLine) throws(FormatError) {
        waiting.history += RunFolder.text(of: line)
        if let step = line.step { waiting.events += events.record(step) }
        if let epoch = line.epoch { waiting.events += events.record(epoch) }
        if let statistics = line.statistics { waiting.events += events.record(statistics) }
        try writeIfDue()
    }

    func writeIfDue() throws(FormatError) {
        if clock.now - written >= Self.interval { try write() }
    }

    private func write() throws(FormatError) {
        written = clock.now
        guard !waiting.history.isEmpty else { return }
        try folder.append(waiting.history)
        try events.append(waiting.events)
        waiting = ([], [])
    }

    /// Takes other lines for everything that has been added.
    func rewrite(_ lines: [HistoryLine]) throws(FormatError) {
        try write()
        try folder.rewrite(lines)
    }

    func end(_ settings: RunSettings, _ outcome: RunOutcome) throws(FormatError) {
        try write()
        try folder.write(settings, outcome)
        if let record = events.record(outcome) { try events.append(record) }
    }
}
