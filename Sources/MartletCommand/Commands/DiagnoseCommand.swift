import ArgumentParser
import Martlet
import MartletRuns

struct DiagnoseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diagnose", abstract: "Says what is wrong with a run, from what, and what to change.",
        discussion: """
            Reads folders written by train --log-dir. Exit code 1 where something is wrong. It looks for: \
            \(RunRecord.illnesses.map { "\($0.name) (\($0.title))" }.joined(separator: "; ")).
            """)

    @Argument(help: ArgumentHelp("Folders of runs.", valueName: "folder")) var folders: [String]
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws {
        try reporting {
            var isIll = false
            for folder in folders {
                let run = try RunFolder(folder).read()
                if !output.quiet { for warning in run.warnings { Terminal.note("'\(folder)': \(warning)") } }
                guard !run.epochs.isEmpty || run.outcome?.state == .notFinite else {
                    throw FormatError.unsuitable(path: folder, problem: "expected a run with at least one epoch, found none", remedy: "wait for the first to end, or train again")
                }
                let findings = run.diagnosis()
                isIll = isIll || !findings.isEmpty
                show(findings, of: run)
            }
            if isIll { throw ExitCode(1) }
        }
    }

    private func show(_ findings: [Finding], of run: RunRecord) {
        if output.json {
            for finding in findings {
                Terminal.result([
                    .init("run", .string(run.name)), .init("rule", .string(finding.rule)), .init("title", .string(finding.title)),
                    .init("evidence", .string(finding.evidence)), .init("advice", .string(finding.advice)),
                ])
            }
            return Terminal.result([.init("run", .string(run.name)), .init("isIll", .bool(!findings.isEmpty)), .init("findings", .integer(findings.count))])
        }
        Terminal.result(Terminal.bold(run.name) + (findings.isEmpty ? ": " + Terminal.green("nothing is wrong") : ""))
        for finding in findings {
            Terminal.result("\n\(Terminal.red(finding.title)) (\(finding.rule))\n  seen:   \(finding.evidence)\n  change: \(finding.advice)")
        }
    }
}
