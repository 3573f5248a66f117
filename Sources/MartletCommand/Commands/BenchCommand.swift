import ArgumentParser
import Martlet
import MartletBenchmark

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measures your own devices: limits first, then cases set against them.",
        discussion: """
            limits: multiply-adds, bandwidth by cache, what a launch costs. gemm, conv: products and convolutions. ops: every \
            operation of the table. step: training steps. size: how a step's cost grows with batch, width, depth and threads, and \
            what planning takes. overhead: launches, steps and starts with next to nothing to \
            compute. Every result that is timed is checked (exit code 1 where one is wrong). Opponents found on the machine \
            (oneDNN, OpenBLAS, CLBlast) take turns with Martlet in the same process; a ratio above 1 says that Martlet is \
            faster. Ctrl-C leaves what was measured. Shapes: gemm \(BenchmarkSuite.gemm.shapeGrammar!); \
            conv \(BenchmarkSuite.conv.shapeGrammar!); ops \(BenchmarkSuite.ops.shapeGrammar!); step \(BenchmarkSuite.step.shapeGrammar!).
            """)

    @Argument(help: ArgumentHelp(
        "\(BenchmarkSuite.allCases.map(\.rawValue).joined(separator: ", ")) or all.", valueName: "suite"))
    var suites: [String]

    @Option(help: ArgumentHelp(
        "\(BackendSelection.grammar). May be given several times. Default: MARTLET_BACKEND, else cpu.", valueName: "backend"))
    var backend: [String] = []

    @Option(help: "Threads of the CPU path and of its opponents. Default: all processors.")
    var threads: Int?

    @Option(help: ArgumentHelp("Only this case, such as relu or mlp. May be given several times.", valueName: "name"))
    var `case`: [String] = []

    @Option(help: ArgumentHelp("What to measure, with commas, in the suite's grammar.", valueName: "shapes"))
    var shapes: String?

    @Option(help: ArgumentHelp("none, all, or some of \(Opponent.allCases.map(\.rawValue).joined(separator: ", ")) with commas.", valueName: "names"))
    var opponents = "all"

    @Option(help: "Turns of each contestant.")
    var rounds = 20

    @Option(help: "Seconds of each contestant in all its turns together.")
    var seconds = 0.3

    @Option(help: ArgumentHelp("Write a page with plots as well.", valueName: "file"))
    var report: String?

    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws {
        try reporting {
            Interruption.install()
            let benchmark = try Benchmark(BenchmarkOptions(
                suites: try chosen(), schedule: Schedule(rounds: rounds, seconds: seconds),
                opponents: try OpponentSelection(parsing: opponents), cases: `case`.isEmpty ? nil : Set(`case`), shapes: shapes,
                threads: threads))
            if let report { try File.checkWritable(report) }
            var targets: [BenchmarkTarget] = []
            for selection in try selections() {
                let opened = try Backends.open(selection, threads: threads)
                if !output.quiet { Terminal.note("device: \(opened.device.name), \(opened.reason)") }
                targets.append(try BenchmarkTarget(opened.device, threads: threads))
            }
            let rows = BenchmarkRows(output)
            defer { rows.showTable() }
            var isRight = false
            do {
                isRight = try benchmark.run(on: targets, rows)
            } catch is BenchmarkInterrupted {
                rows.finish()
                Terminal.note("error: interrupted; what was measured by then is there")
                try writeReport(rows)
                throw ExitCode(130)
            }
            rows.finish()
            try writeReport(rows)
            if !isRight { throw ExitCode(1) }
        }
    }

    private func chosen() throws(TrainingError) -> [BenchmarkSuite] {
        if suites.contains("all") { return BenchmarkSuite.allCases }
        var chosen: [BenchmarkSuite] = []
        for name in suites {
            guard let suite = BenchmarkSuite(rawValue: name) else {
                throw .badOption(unknownName("suite", name, known: BenchmarkSuite.allCases.map(\.rawValue) + ["all"]))
            }
            chosen.append(suite)
        }
        return chosen
    }

    /// The CPU path where nothing is said: there the opponents are.
    private func selections() throws -> [BackendSelection] {
        if !backend.isEmpty { return try DeviceOptions.distinct(backend) }
        let usual = try BackendSelection.fromEnvironment()
        return [usual == .auto ? .cpu : usual]
    }

    private func writeReport(_ rows: BenchmarkRows) throws {
        guard let report else { return }
        try File.write(Array(BenchmarkPage(rows.all).html.utf8), to: report)
        if !output.quiet { Terminal.note("wrote \(report)") }
    }
}

/// One training step in a process of its own, for the cost of a start; prints the weights' SHA-256.
struct FirstStepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: FirstStep.argument, abstract: "One training step, for bench overhead.", shouldDisplay: false)

    @OptionGroup var device: DeviceOptions

    func run() throws {
        try reporting {
            let device = try device.open(quiet: true)
            // What a device stores when it is let go comes after the step.
            try withExtendedLifetime(device) { Terminal.result(try FirstStep.run(on: device)) }
        }
    }
}

/// The rows of a run, shown as they come (JSON) or together.
final class BenchmarkRows: BenchmarkObserver {
    private(set) var all: [BenchmarkRow] = []
    private let output: OutputOptions
    private var isShown = false

    init(_ output: OutputOptions) { self.output = output }

    var shouldStop: Bool { Interruption.isRequested }

    func note(_ text: String) {
        finish()
        if !output.quiet { Terminal.note(text) }
    }

    func started(_ text: String) {
        guard !output.quiet else { return }
        if Terminal.isInteractive { Terminal.status(text) } else { Terminal.note(text) }
    }

    func measured(_ row: BenchmarkRow) {
        all.append(row)
        if output.json { Terminal.result(row.json) }
        if let problem = row.problem {
            finish()
            Terminal.note("wrong: \(row.name) \(row.shape) on \(row.backend): \(problem)")
        }
    }

    /// Ends the line of progress.
    func finish() { if Terminal.isInteractive, !output.quiet { Terminal.clearStatus() } }

    /// One table to a suite, also of a run that was interrupted.
    func showTable() {
        guard !output.json, !isShown else { return }
        isShown = true
        for suite in BenchmarkSuite.allCases {
            let rows = all.filter { $0.suite == suite }
            guard !rows.isEmpty else { continue }
            var names: [String] = []
            for opponent in rows.flatMap(\.opponents) where !names.contains(opponent.name) { names.append(opponent.name) }
            let heading = ["case", "shape", "on", "threads", "best", "median", "unit", "of limit", "right"]
                + names.map { "\($0): ratio (medians)" }
            let cells = rows.map { row -> [String] in
                let share = row.percentOfPeak.map { "\(Format.fixed($0, 0)) % \(row.limitedBy ?? "")" } ?? "-"
                return [
                    row.name, row.shape, row.backend, "\(row.threads)", Format.rate(row.best), Format.rate(row.median), row.unit.rawValue,
                    share, row.verified ? "yes" : "NO",
                ] + names.map { name in
                    row.opponents.first { $0.name == name }.map { "\(Format.fixed($0.ratio, 2)) (\(Format.fixed($0.ratioOfMedians, 2)))" } ?? "-"
                }
            }
            Terminal.result(Terminal.bold(suite.rawValue) + "\n" + Format.table([heading] + cells, left: [0, 1, 2, 6]) + "\n")
        }
    }
}

extension Format {
    /// Three digits or so, whatever the size.
    static func rate(_ value: Double) -> String {
        value >= 10000 ? count(value) : fixed(value, value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3)
    }
}
