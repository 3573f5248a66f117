import ArgumentParser
import Martlet
import MartletReport
import MartletRuns

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Puts several runs beside each other, as a table and as one page.",
        discussion: "Reads folders written by train --log-dir, also of runs that are under way: martlet compare runs/* --report runs.html")

    @Argument(help: ArgumentHelp("Folders of runs.", valueName: "folder")) var folders: [String]

    @Option(help: ArgumentHelp("Write a page with the curves of all runs.", valueName: "file"))
    var report: String?

    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws {
        try reporting {
            if let report { try File.checkWritable(report) }
            var runs: [RunRecord] = []
            for folder in folders {
                let run = try RunFolder(folder).read()
                if !output.quiet { for warning in run.warnings { Terminal.note("'\(folder)': \(warning)") } }
                runs.append(run)
            }
            // Folders of one name are told apart by where they are.
            let names = runs.map(\.name)
            for place in runs.indices where names.count(where: { $0 == names[place] }) > 1 { runs[place].name = folders[place] }
            let page = ComparisonPage(runs)
            if let report {
                try File.write(Array(page.html.utf8), to: report)
                if !output.quiet { Terminal.note("wrote \(report)") }
            }
            if output.json {
                for run in runs { Terminal.result(json(run)) }
            } else {
                let table = page.table.withoutEmptyColumns
                let words: Set = ["run", "state", "diagnosis"]
                Terminal.result(Format.table(
                    [table.columns] + table.rows, left: Set(table.columns.indices.filter { words.contains(table.columns[$0]) })))
            }
        }
    }

    private func json(_ run: RunRecord) -> [JSONValue.Member] {
        let last = run.epochs.last
        var members: [JSONValue.Member] = [
            .init("run", .string(run.name)), .init("epochs", .integer(run.epochs.count)),
            .init("state", .string(run.outcome?.state.rawValue ?? "running")),
        ]
        for (name, part) in [("train", last?.train), ("validation", last?.validation), ("test", last?.test)] {
            if let part { members += part.json(name) }
        }
        members.append(.init("seconds", .finite(run.epochs.reduce(0) { $0 + $1.seconds })))
        members.append(.init("weightsSHA256", run.outcome?.weightsSHA256.map(JSONValue.string) ?? .null))
        members.append(.init("findings", .array(run.diagnosis().map { .string($0.rule) })))
        return members
    }
}
