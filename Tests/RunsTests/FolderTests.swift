import Foundation
import Martlet
import MartletRuns
import TestSupport
import Testing

/// Folders of runs: what is written is read, and what is odd is said.
@Suite struct FolderTests {
    let place: TemporaryFolder
    init() throws { place = try TemporaryFolder() }

    private func written(_ name: String = "a run") throws -> (RunFolder, RunRecord) {
        let folder = RunFolder(place.file(name))
        return (folder, try Runs.record(try Runs.perceptron([16]), epochs: 2, folder: folder))
    }

    @Test func readsWhatItWrote() throws {
        let (folder, record) = try written()
        let read = try folder.read()
        #expect(read.settings == record.settings && read.steps == record.steps && read.epochs == record.epochs)
        #expect(read.statistics == record.statistics && read.outcome == record.outcome && read.warnings.isEmpty)
        #expect(read.name == "a run" && read.outcome?.state == .finished)
        #expect(read.outcome?.confusion?.counts.joined().reduce(0, +) == 360)
        #expect(read.outcome?.filters.first?.image.width == 8)
        #expect(read.diagnosis() == record.diagnosis())
    }

    /// Numbers that JSON does not have, as a run that fails may leave them.
    @Test func numbersThatAreNotFiniteAreKept() throws {
        let folder = RunFolder(place.file("a run"))
        let record = try Runs.record(try Runs.perceptron([8]), epochs: 1, folder: folder)
        let file = folder.path + "/history.jsonl"
        let text = String(decoding: try File.read(file), as: UTF8.self)
        let first = try #require(text.split(separator: "\n").first { $0.hasPrefix("{\"step\"") })
        let step = try #require(record.steps.first)
        #expect(first.contains("\"loss\":\(step.loss)") && first.contains("\"iteration\":1,"))
        for (written, isRead) in [("\"nan\"", { $0.isNaN }), ("\"inf\"", { $0 == .infinity }), ("\"-inf\"", { $0 == -.infinity })] as [(String, (Double) -> Bool)] {
            try File.write(Array(text.replacing("\"loss\":\(step.loss)", with: "\"loss\":" + written).utf8), to: file)
            #expect(isRead(try folder.read().steps[0].loss))
        }
    }

    @Test func anotherVersionIsRefused() throws {
        let (folder, _) = try written()
        let file = folder.path + "/run.json"
        let text = String(decoding: try File.read(file), as: UTF8.self)
        try File.write(Array(text.replacing("\"version\":1", with: "\"version\":7").utf8), to: file)
        expectError(naming: "run.json", "version 7", "version 1") { _ = try folder.read() }
        // A run does not go on there either.
        expectError(naming: "run.json", "version 7") { try folder.prepare(resuming: true) }
        try File.write(Array("{\"a\":1}".utf8), to: file)
        expectError(naming: "run.json", "no run of Martlet") { _ = try folder.read() }
        try File.write(Array(text.prefix(40).utf8), to: file)
        expectError(naming: "run.json", "correct the JSON") { _ = try folder.read() }
    }

    @Test func aTruncatedHistoryIsReadAsFarAsItGoes() throws {
        let (folder, record) = try written()
        let file = folder.path + "/history.jsonl"
        let bytes = try File.read(file)
        try File.write(Array(bytes.dropLast(30)), to: file)
        let read = try folder.read()
        #expect(read.warnings.count == 1 && read.warnings[0].contains("cut short"))
        #expect(read.epochs == record.epochs && read.statistics == record.statistics.dropLast())

        // In the middle it is damage.
        var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        lines[3] = String(lines[3].prefix(20))
        try File.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: file)
        expectError(naming: "history.jsonl", "line 4") { _ = try folder.read() }
        lines[3] = "{}"
        try File.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: file)
        expectError(naming: "history.jsonl", "line 4") { _ = try folder.read() }

        // Whole lines that are missing are missed.
        let whole = String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropLast(3)
        try File.write(Array((whole.joined(separator: "\n") + "\n").utf8), to: file)
        #expect(try folder.read().warnings.first?.contains("of 46") == true)

        try File.write([], to: file)
        #expect(try folder.read().epochs.isEmpty && folder.read().warnings.count == 1)
        try FileManager.default.removeItem(atPath: file)
        #expect(try folder.read().warnings.count == 1)
    }

    @Test func foldersThatAreNone() throws {
        expectError(naming: "nowhere") { _ = try RunFolder(place.file("nowhere")).read() }
        expectError(naming: "run.json", "--log-dir") { _ = try RunFolder(place.path).read() }
        let (folder, _) = try written()
        expectError(naming: "a run", "found one") { try folder.prepare(resuming: false) }
        try folder.prepare(resuming: true)
        let file = try place.write("hello", to: "a file")
        expectError(naming: "a file", "a file is there", exitCode: 73) { try RunFolder(file).prepare(resuming: false) }
        expectError(naming: "a file", exitCode: 73) { try RunFolder(file + "/below").prepare(resuming: false) }
    }

    /// A run that stops because a value is not finite has a record that says so.
    @Test func aRunThatFails() throws {
        let folder = RunFolder(place.file("failed"))
        let model = try Model(input: [1, 8, 8]) {
            Linear(32)
            ReLU()
            Linear(10)
        }
        let record = try Runs.record(model, .sgd(learningRate: 1e30), epochs: 3, rate: .every(1), folder: folder)
        #expect(record.outcome?.state == .notFinite && record.epochs.isEmpty)
        // The host notices much later than the step, after which nothing is told of: the weights did not change any more.
        let message = try #require(record.outcome?.message)
        let last = try #require(record.outcome?.iterations)
        #expect(message.contains("step \(last + 1):"))
        let read = try folder.read()
        #expect(!read.statistics.isEmpty && read.statistics.allSatisfy { $0.iteration <= last } && read.steps.allSatisfy { $0.iteration <= last })
        #expect(read.statistics.map(\.iteration) == record.statistics.map(\.iteration) && read.steps.map(\.iteration) == record.steps.map(\.iteration))
        #expect(read.outcome?.message == record.outcome?.message)
        #expect(read.diagnosis().contains { $0.rule == "learning-rate-too-high" })
        #expect(RunPage(read).html.contains("did not come to its end"))
    }

    /// Losses are handed out some steps later; those of the steps before a failure are not lost.
    @Test func theLastLossesOfARunThatFails() throws {
        let model = try Runs.perceptron([32])
        let file = place.file("every step.safetensors")
        let record = try Runs.record(model, .sgd(learningRate: 1e30), epochs: 3) { options in
            (options.checkpoint, options.checkpointEvery) = (file, 1)
        }
        #expect(record.outcome?.state == .notFinite && record.steps.map(\.iteration).contains(1))
    }

    @Test func pagesAreWhole() throws {
        let (_, first) = try written()
        var second = first
        second.name = "b < c"
        second.settings.learningRate = 0.5
        let pages: [(String, [String])] = [
            (RunPage(first).html, ["Confusions", "Filters of the first layer", "Update-to-weight ratio", "Dead units", "SHA-256", "Diagnosis", "Time"]),
            (ComparisonPage([first, second]).html, ["Training loss", "Test accuracy", "b &lt; c", "learning rate</th>"]),
        ]
        for (html, parts) in pages {
            for part in parts { #expect(html.contains(part), "\(part)") }
            #expect(!html.contains("<script") && !html.contains("src=\"http") && !html.contains("b < c"))
        }
    }
}
