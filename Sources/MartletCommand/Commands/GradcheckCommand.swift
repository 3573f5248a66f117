import ArgumentParser
import Martlet

struct GradcheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gradcheck", abstract: "Checks the gradients of a model on your data against central differences.",
        discussion: """
            Trains for some steps, then differentiates the loss on a few samples in Float64, once by backpropagation and once by \
            central differences: the data loss alone, then each penalty (--l1, --l2) alone. Dropout and augmentation stay as they \
            fell. Elements between whose two points a kink lies are left out and counted. Then the gradients of the device \
            (--backend) against the Float64 ones. Takes the options of train but those that write files. Exit code 1 where a relative \
            error is above 1e-4 (of the device: 1e-3, and above 1e-2 of a gradient of 1).
            """)

    @Option(help: "Samples in the batch that is differentiated. Few, so that few kinks are near; batchNorm needs two. Default: 3.")
    var samples = 3

    @Option(help: ArgumentHelp("Steps of training before. Default: 20.", valueName: "steps"))
    var warmUp = 20

    @Option(help: "Elements of each tensor that are differentiated, spread over it. Default: 10.")
    var elements = 10

    @Option(help: ArgumentHelp("Half the distance between the two points of a difference. Default: 1e-6.", valueName: "distance"))
    var distance = 1e-6

    @OptionGroup var options: DryRunOptions

    func run() throws {
        try reporting {
            var check = GradientCheck()
            check.samples = samples
            check.warmUpSteps = warmUp
            check.elements = elements
            check.distance = distance
            var passes = true
            try options.run("gradcheck", isPartial: \.isPartial) { compiled, setup, goesOn in
                try check.run(compiled, on: setup.train, options: setup.options) { term, tensor, place, count in
                    goesOn("\(term) \(tensor) \(place + 1)/\(count)")
                }
            } show: { report in
                show(report)
                passes = report.passes
            }
            if !passes { throw ExitCode(1) }
        }
    }

    private func show(_ report: GradientReport) {
        guard !options.output.json else {
            for row in report.rows { Terminal.result(row.json(report)) }
            Terminal.result([
                .init("loss", .finite(report.loss)), .init("samples", .integer(report.samples)), .init("warmUpSteps", .integer(report.warmUpSteps)),
                .init("passes", .bool(report.passes && !report.isPartial)),
            ])
            return
        }
        let heading = ["term", "tensor", "shape", "against", "checked", "kinks", "median error", "worst error", "verdict"]
        let cells = report.rows.map { row in
            [
                row.term?.rawValue ?? "all", row.tensor, "\(row.shape)", row.yardstick.text, "\(row.checked)", "\(row.kinks)",
                Format.scientific(row.median), Format.scientific(row.worst), report.verdict(of: row).rawValue,
            ]
        }
        Terminal.result(Format.table([heading] + cells, left: [0, 1, 2, 3, 8]))
        for row in report.rows where !row.passes {
            guard let place = row.place else { continue }
            Terminal.result(Terminal.red(
                "\(row.tensor): element \(place.index) in memory has the gradient \(place.analytic), and \(row.yardstick.text) gives \(place.measured)"))
        }
        guard !report.isPartial else { return }
        let differences = report.rows.filter { $0.yardstick == .centralDifferences }
        let worst = Format.scientific(differences.map(\.worst).max() ?? 0)
        Terminal.result(report.passes
            ? Terminal.green("the gradients are right: worst relative error \(worst) at a loss of \(Format.fixed(report.loss, 4)), \(report.samples) samples, after \(report.warmUpSteps) steps")
            : Terminal.red("the gradients are wrong where the table says so"))
    }
}

extension GradientReport.Yardstick {
    fileprivate var text: String {
        switch self {
        case .centralDifferences: "differences"
        case .device(let name): name
        }
    }
}

extension GradientReport.Row {
    fileprivate func json(_ report: GradientReport) -> [JSONValue.Member] {
        [
            .init("term", .string(term?.rawValue ?? "all")), .init("tensor", .string(tensor)),
            .init("shape", .array(shape.extents.map { .integer($0) })), .init("against", .string(yardstick.text)),
            .init("checked", .integer(checked)), .init("kinks", .integer(kinks)), .init("medianError", .finite(median)),
            .init("worstError", .finite(worst)), .init("worstElement", place.map { .integer($0.index) } ?? .null),
            .init("analytic", place.map { .finite($0.analytic) } ?? .null), .init("measured", place.map { .finite($0.measured) } ?? .null),
            .init("verdict", .string(report.verdict(of: self).rawValue)), .init("passes", .bool(passes)),
        ]
    }
}
