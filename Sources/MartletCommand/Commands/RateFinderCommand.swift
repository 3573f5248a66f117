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

    @OptionGroup var options: DryRunOptions

    func run() throws {
        try reporting {
            if let report { try File.checkWritable(report) }
            var finder = RateFinder()
            (finder.least, finder.greatest, finder.steps) = (from, to, steps)
            try options.run("lr-find", isPartial: \.isPartial) { compiled, setup, goesOn in
                try finder.run(compiled, on: setup.train, options: setup.options) { step, count in goesOn("\(step)/\(count)") }
            } show: { curve in
                show(curve)
                guard let report else { return }
                let command = "martlet " + TrialArguments.commandLine(Array(CommandLine.arguments.dropFirst()))
                try File.write(Array(RateFinderPage(curve, command: command).html.utf8), to: report)
            }
        }
    }

    private func show(_ curve: RateCurve) {
        guard !options.output.json else {
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
