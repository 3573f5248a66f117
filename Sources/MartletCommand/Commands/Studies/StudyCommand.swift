import ArgumentParser
import Martlet
import MartletStudies

struct StudyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "study", abstract: "Shows on your own data and device what the choices in training do.",
        discussion: "Each study prints a table (or JSON) and writes a page with --report FILE.",
        subcommands: [StudyInitCommand.self, StudyOptimizersCommand.self, StudyRegularisationCommand.self, StudyBatchCommand.self])
}

/// What every study is asked.
struct StudyOptions: ParsableArguments {
    @OptionGroup(title: "Data") var data: DataOptions

    @Option(help: ArgumentHelp(
        "\(PointwiseFunction.activationNames.joined(separator: ", ")). Default: relu.", valueName: "name"))
    var activation = "relu"

    @Option(help: "Of the weights and the order of the samples.") var seed: UInt64 = 0

    @Option(help: ArgumentHelp("Write the study as a page.", valueName: "file")) var report: String?

    @OptionGroup(title: "Device") var device: DeviceOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    /// Runs a study from its data to its results.
    func run<Result: StudyResult>(
        _ study: (DataSet, DataSet, any Device, any StudyObserver) throws(TrainingError) -> Result
    ) throws {
        try reporting {
            Interruption.install()
            guard PointwiseFunction.activationNames.contains(activation) else {
                throw TrainingError.badOption(unknownName("activation", activation, known: PointwiseFunction.activationNames))
            }
            if let report { try File.checkWritable(report) }
            let source = try DataSource.parse(data.data ?? "digits")
            let splits = try source.load(
                label: data.label, task: .classification, seed: seed, request: try data.imageRequest(), normalisation: try data.normalisation())
            let device = try device.open(quiet: output.quiet)
            let result = try study(splits.train, splits.test, device, StudyProgress(quiet: output.quiet))
            if Terminal.isInteractive, !output.quiet { Terminal.clearStatus() }
            if let report {
                try File.write(Array(result.page.html.utf8), to: report)
                if !output.quiet { Terminal.note("wrote \(report)") }
            }
            if output.json {
                for row in result.json { Terminal.result(row) }
            } else {
                let table = result.table.withoutEmptyColumns
                Terminal.result(Format.table([table.columns] + table.rows))
            }
        }
    }
}

/// Words with commas.
func values<Value>(_ text: String, _ option: String, _ parse: (String) -> Value?) throws -> [Value] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { word in
        let word = String(word.drop { $0 == " " })
        guard let value = parse(word) else { throw TrainingError.badOption("\(option) takes a list with commas, and '\(word)' in '\(text)' is none of its values") }
        return value
    }
}

private struct StudyProgress: StudyObserver {
    let quiet: Bool
    func started(_ what: String) {
        guard !quiet else { return }
        if Terminal.isInteractive { Terminal.status(what) } else { Terminal.note(what) }
    }
    var shouldStop: Bool { Interruption.isRequested }
}
