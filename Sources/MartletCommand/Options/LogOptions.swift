import ArgumentParser
import Martlet
import MartletRuns

/// What is kept of a run beside its weights.
struct LogOptions: ParsableArguments {
    @Option(help: ArgumentHelp(
        """
        Write one page with everything that can be seen of the run: curves, what each layer does, confusions, the worst samples, \
        filters, time, and what is wrong.
        """,
        valueName: "file"))
    var report: String?

    @Option(help: ArgumentHelp(
        "Write run.json, history.jsonl and TensorBoard's event files as training goes on; compare and diagnose read them.",
        valueName: "folder"))
    var logDir: String?

    @Option(help: ArgumentHelp(
        """
        How often --report and --log-dir look at the layers and gradients: a number of steps, never, or auto (as often as takes \
        at most 1 % of the time, beside 4 ms). Bits do not depend on it. Default: auto.
        """,
        valueName: "auto|never|steps"))
    var statistics: String?

    var isWanted: Bool { report != nil || logDir != nil }

    func rate() throws -> StatisticsRate {
        guard let statistics else { return .automatic }
        guard isWanted else { throw TrainingError.badOption("--statistics needs --report FILE or --log-dir DIR to write to") }
        switch statistics {
        case "auto": return .automatic
        case "never": return .never
        default:
            guard let steps = Int(statistics), steps > 0 else {
                throw TrainingError.badOption("--statistics takes auto, never or a number of steps from 1, not '\(statistics)'")
            }
            return .every(steps)
        }
    }

    /// Before training: whether what is to be written can be.
    func prepare(resuming: Bool) throws {
        _ = try rate()
        if let report { try File.checkWritable(report) }
        if let logDir { try RunFolder(logDir).prepare(resuming: resuming) }
    }

    /// Keeps the record of a run; nil where nobody wants it.
    func recorder(_ compiled: CompiledModel, _ setup: TrainingSetup, from point: TrainingPoint) throws -> RunRecorder? {
        guard isWanted else { return nil }
        var settings = RunSettings(
            compiled, options: setup.options, train: setup.train, validation: setup.validation, test: setup.test,
            command: ["martlet"] + CommandLine.arguments.dropFirst())
        if let transfer = setup.transfer { settings.options["weights"] = "from \(transfer.path)" }
        let folder = logDir.map(RunFolder.init)
        return try RunRecorder(
            compiled, setup.train, options: setup.options, settings: settings, name: folder?.name ?? "\(setup.train.name), \(compiled.optimizer.rule.name)",
            from: point, rate: try rate(), folder: folder)
    }

    /// After training, also where it did not come to its end.
    func finish(_ recorder: RunRecorder, _ error: TrainingError?, kept: History.Kept? = nil, _ setup: TrainingSetup, quiet: Bool) throws {
        try recorder.end(error, kept: kept, test: setup.test, loading: setup.loadingSeconds)
        if let report {
            try File.write(Array(RunPage(recorder.record).html.utf8), to: report, flushes: false)
            if !quiet { Terminal.note("wrote \(report)") }
        }
        if !quiet {
            for finding in recorder.record.diagnosis() { Terminal.note("diagnosis: \(finding.title) (\(finding.rule))") }
        }
        if let failure = recorder.failure { throw failure }
    }
}
