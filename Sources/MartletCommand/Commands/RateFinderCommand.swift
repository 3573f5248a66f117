import ArgumentParser
import Martlet

struct RateFinderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lr-find", abstract: "Finds a learning rate by a range test: a short run whose rate grows step by step.",
        discussion: """
            Trains from the initial weights with a rate that grows geometrically, shows the loss over the rate, and suggests the rate \
            at which it falls fastest. Takes the options of train but those that write the model's files; --learning-rate and --schedule \
            play no part. Validation and test data are not looked at.
            """)

    @Option(help: "The first learning rate. Default: 1e-7.")
    var from = 1e-7

    @Option(help: "The last learning rate. Default: 10.")
    var to = 10.0

    @Option(help: "Steps from one to the other; it ends sooner where the loss diverges. Default: 100.")
    var steps = 100

    @Option(help: ArgumentHelp("An HTML page with the curve, the suggestion and its reason.", valueName: "file"))
    var report: String?

    @OptionGroup(title: "Data") var data: DataOptions
    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Training") var training: TrainingOptions
    @OptionGroup(title: "Device") var device: DeviceOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws {
        try reporting {
            Interruption.install()
            try training.refuseFiles("lr-find")
            if let report { try File.checkWritable(report) }
            let setup = try TrainingSetup(data: data, model: model, training: training)
            let device = try device.open(quiet: output.quiet)
            var finder = RateFinder()
            (finder.least, finder.greatest, finder.steps) = (from, to, steps)
            let showsStatus = Terminal.isInteractive && !output.quiet
            let curve = try finder.run(try setup.compile(on: device), on: setup.train, options: setup.options) { step, count in
                if showsStatus { Terminal.status("lr-find \(step)/\(count)") }
                return !Interruption.isRequested
            }
            if showsStatus { Terminal.clearStatus() }
            show(curve)
            if let report {
                let command = "martlet " + TrialArguments.commandLine(Array(CommandLine.arguments.dropFirst()))
                try File.write(Array(RateFinderPage(curve, command: command).html.utf8), to: report)
            }
            if curve.isPartial {
                Terminal.note("error: interrupted; the curve so far is above")
                throw ExitCode(130)
            }
        }
    }

    private func show(_ curve: RateCurve) {
        guard !output.json else {
            for point in curve.points {
                Terminal.result([.init("rate", .number(point.rate)), .init("loss", .finite(point.loss)), .init("smoothedLoss", .finite(point.smoothed))])
            }
            Terminal.result([
                .init("suggestion", curve.suggestion.map { .number($0) } ?? .null), .init("reason", .string(curve.reason)),
                .init("lowestAt", curve.lowest.map { .number($0.rate) } ?? .null),
                .init("divergedAt", curve.divergedAt.map { .number($0) } ?? .null), .init("steps", .integer(curve.points.count)),
            ])
            return
        }
        Terminal.result(Chart(points: curve.points.map { ($0.rate, $0.smoothed) }, mark: curve.suggestion).text(name: "smoothed loss over the learning rate"))
        if let rate = curve.divergedAt { Terminal.result("the loss diverges at \(Format.scientific(rate))") }
        if let suggestion = curve.suggestion {
            Terminal.result("suggestion: --learning-rate \(Format.scientific(suggestion)): \(curve.reason)")
        } else {
            Terminal.result("no suggestion: \(curve.reason)")
        }
    }
}
