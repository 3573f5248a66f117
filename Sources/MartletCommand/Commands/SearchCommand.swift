import ArgumentParser
import Martlet
import MartletSearch

struct SearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Looks for good settings of a training run.",
        discussion: """
            The space is a JSON file with an object for each parameter, named as an option of 'martlet train' without its \
            dashes: {"learning-rate": {"log-uniform": [1e-4, 0.1]}, "dropout": {"uniform": [0, 0.5]}, "batch-size": {"choice": \
            [32, 64, 128]}, "batch-norm": {"choice": [true, false]}, "optimizer": {"choice": ["adam", "momentum"]}, "momentum": \
            {"uniform": [0.8, 0.99], "when": {"optimizer": "momentum"}}, "width": {"integers": [16, 512], "scale": "log"}}. A \
            parameter that is no option is put where {name} stands: --model 'mlp:{width}', --set 'beta2={beta2}'.

            Options of train follow the file and hold for every trial. A trial is judged on validation data (--validation, or \
            a fifth of the training data) after its last epoch; the test set is not looked at before --refit. Methods: bayes \
            (a Gaussian process and expected improvement), random, coarse (short trials first, then narrower ranges around \
            the best), halving (all begin with few epochs, the better third of each round goes on with three times as many).

            Every trial is a line of the journal, on the disk before the next one begins. The same command goes on with it, \
            after Ctrl-C, kill -9 or a power failure. A trial that diverges is a line too.
            """)

    @Argument(help: "The file with the space.") var space: String
    @Option(help: ArgumentHelp("\(SearchMethods.names.joined(separator: ", ")).", valueName: "name")) var method = "bayes"
    @Option(help: "How many trials; with halving, how many begin.") var trials = 30
    @Option(help: ArgumentHelp("What is to be best on the validation data: loss or accuracy.", valueName: "loss|accuracy"))
    var objective = "loss"
    @Option(help: "Of the search, and of every trial whose seed is not searched.", transform: Seed.parse) var seed: UInt64 = 0
    @Option(help: ArgumentHelp("Where the trials are kept. Default: the space's name with the ending .journal.", valueName: "file"))
    var journal: String?
    @Option(help: ArgumentHelp("An HTML page with the trials as parallel coordinates, the best over time and what mattered.", valueName: "file"))
    var page: String?
    @Flag(help: "Train the best on training and validation data together and measure the test set, once.") var refit = false
    @Option(help: ArgumentHelp("Where to save the model of --refit.", valueName: "file")) var save: String?
    @OptionGroup(title: "Device") var device: DeviceOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @Argument(parsing: .allUnrecognized, help: "Options of 'martlet train'.") var options: [String] = []

    func run() throws {
        try reporting {
            Interruption.install()
            guard trials > 0 else { throw TrainingError.badOption("--trials takes a number of at least 1, not \(trials)") }
            guard let objective = TrialRunner.Objective(rawValue: objective) else {
                throw TrainingError.badOption("--objective takes loss or accuracy, not '\(objective)'")
            }
            guard save == nil || refit else { throw TrainingError.badOption("--save keeps the model of --refit; give both") }
            for path in [page, save].compactMap(\.self) { try File.checkWritable(path) }

            let space = try SearchSpace.read(space)
            let arguments = try TrialArguments(options, space: space, of: self.space, seed: seed)
            let epochs = try epochs(arguments, space)
            guard let chosen = SearchMethods.named(method, space, trials: trials, epochs: epochs, seed: seed) else {
                throw TrainingError.badOption(unknownName("method", method, known: SearchMethods.names))
            }
            let search = Search(space, chosen, try SearchJournal(journalPath, header: try header(arguments, epochs)))
            let runner = TrialRunner(arguments, objective: objective, on: try device.open(quiet: output.quiet))
            let begun = search.journal.trials.count
            if begun > 0, !output.quiet { Terminal.note("\(journalPath): going on after \(begun) trials") }
            if output.json { for trial in search.journal.trials { Terminal.result("\(trial.json)") } }
            let plans = Plan.made
            do {
                try search.run(evaluate: runner.run) { trial in
                    if output.json { Terminal.result("\(trial.json)") }
                    if !output.quiet { Terminal.note(trial.line(best: search.journal.trials.best)) }
                }
            } catch TrainingError.interrupted {
                Terminal.note("error: interrupted after \(search.journal.trials.count) trials; the same command goes on with '\(journalPath)'")
                throw ExitCode(130)
            }
            try conclude(search, runner, arguments, epochs, compiled: Plan.made - plans)
        }
    }

    private var journalPath: String {
        journal ?? (space.hasSuffix(".json") ? String(space.dropLast(5)) : space) + ".journal"
    }

    /// Of a trial that is not cut short. Every option is looked at before the first trial.
    private func epochs(_ arguments: TrialArguments, _ space: SearchSpace) throws -> Int {
        let first = SearchMethods.named("random", space, trials: 1, epochs: 1, seed: seed)!.next(after: [])!
        do {
            _ = try TrialArguments.parse(arguments.arguments(first.values, epochs: nil))
        } catch {
            // Where the options are right by themselves, the space is wrong.
            guard (try? TrialArguments.parse(arguments.shared)) != nil else { throw error }
            throw FormatError.unsuitable(
                path: self.space, problem: "\(error)",
                remedy: "name its parameters as options of 'martlet train' with values that these take, or put {name} into an option")
        }
        // What all trials have in common may hold places of parameters, but not as the number of epochs.
        let words = options.enumerated().compactMap { place, word -> String? in
            if word == "--epochs" { return place + 1 < options.count ? options[place + 1] : "" }
            return word.hasPrefix("--epochs=") ? String(word.dropFirst(9)) : nil
        }
        guard let text = words.last else { return 10 }
        guard let epochs = Int(text), epochs > 0 else { throw TrainingError.badOption("--epochs of a search takes a number of at least 1, not '\(text)'") }
        return epochs
    }

    private func header(_ arguments: TrialArguments, _ epochs: Int) throws -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("format", "martlet.search"), .init("version", 1), .init("space", try JSONValue(parsing: try File.read(space), path: space)),
            .init("method", .string(method)), .init("seed", .integer(Int(bitPattern: UInt(seed)))), .init("epochs", .integer(epochs)),
            .init("objective", .string(objective)), .init("options", .array(arguments.shared.map(JSONValue.string))),
        ]
        // The others choose their rounds by it; these can be given more.
        if method == "coarse" || method == "halving" { members.append(.init("trials", .integer(trials))) }
        return .object(members)
    }

    private func conclude(_ search: Search, _ runner: TrialRunner, _ arguments: TrialArguments, _ epochs: Int, compiled: Int) throws {
        let trials = search.journal.trials
        guard let best = trials.best else {
            let reason = trials.first?.details["reason"]?.string.map { ". The first: \($0)" } ?? ""
            throw TrainingError.unsuitableData("none of \(trials.count) trials came to a number\(reason)")
        }
        let importance = search.space.importance(of: trials)
        let winner = arguments.arguments(best.values, epochs: epochs)
        let command = "martlet train \(TrialArguments.commandLine(winner))"
        if let page {
            let html = SearchPage(
                search.space, trials, best: best, importance: importance, method: method, objective: objective, command: command).html
            try File.write(Array(html.utf8), to: page)
        }
        if output.json {
            Terminal.result([
                .init("best", best.json), .init("trials", .integer(trials.count)),
                .init("failed", .integer(trials.count { $0.status != .done })), .init("epochsTrained", .integer(trials.map(\.epochs).reduce(0, +))),
                .init("importance", importance.map { .object($0.map { .init($0.name, .finite($0.share)) }) } ?? .null),
                .init("plansMade", .integer(compiled)), .init("command", .string(command)),
            ])
        } else {
            Terminal.result(SearchReport.table(search.space, trials))
            if let importance {
                Terminal.result("\nwhat mattered\(trials.comparisonText): " + importance.sorted { $0.share > $1.share }.map { "\($0.name) \(Format.percent($0.share))" }.joined(separator: ", "))
            }
            Terminal.result("\n\(command)")
        }
        guard refit else { return }
        try refit(runner, arguments, best, epochs)
    }

    /// The test set is seen here for the first time, and once.
    private func refit(_ runner: TrialRunner, _ arguments: TrialArguments, _ best: Trial, _ epochs: Int) throws {
        let validated = try runner.setup(arguments.arguments(best.values, epochs: epochs))
        let whole = try runner.setup(arguments.arguments(best.values, epochs: epochs, validates: false))
        // A share comes out of the training data, and is back in them; data of another source are added.
        let isShare = validated.train.count < whole.train.count
        let train = isShare ? whole.train : try whole.train.appending(validated.validation!)
        let compiled = try whole.compile(on: try device.open(quiet: true))
        _ = try compiled.fit(train, options: whole.options, callbacks: [TrialRunner.Stopping()])
        let test = try compiled.evaluate(whole.test)
        if let save { try compiled.save(to: save, data: whole.description) }
        let hash = try compiled.weightsSHA256()
        if output.json {
            Terminal.result([.init("refit", .integer(train.count)), .init("weightsSHA256", .string(hash))] + test.json("test"))
        } else {
            Terminal.result("refit on \(train.count) training and validation samples: test \(test.text)")
            Terminal.result("weights' SHA-256 \(hash)")
        }
    }
}

extension Trial {
    fileprivate func line(best: Trial?) -> String {
        let chosen = values.map { "\($0.name) \($0.value.plainText)" }.joined(separator: ", ")
        let came = objective.map { Format.fixed($0, 4) } ?? status.rawValue
        let isBest = best?.number == number ? "  best" : ""
        return "trial \(number)  \(came)\(isBest)  \(chosen)  (\(epochs) epoch\(epochs == 1 ? "" : "s"))"
    }
}

extension [Trial] {
    /// Which trials say what mattered; empty where all do.
    var comparisonText: String {
        let trials = comparable
        return trials.count == count ? "" : " to \(trials.count) trials of \(trials[0].epochs) epoch\(trials[0].epochs == 1 ? "" : "s")"
    }
}

/// The best trials as a table.
enum SearchReport {
    static func table(_ space: SearchSpace, _ trials: [Trial], limit: Int = 10) -> String {
        Format.table([columns(space)] + rows(space, trials, limit: limit))
    }

    static func columns(_ space: SearchSpace) -> [String] {
        ["trial", "epochs", "objective", "validation"] + space.parameters.map(\.name)
    }

    /// Those that ran longest first, then by their objective.
    static func rows(_ space: SearchSpace, _ trials: [Trial], limit: Int) -> [[String]] {
        let ranked = trials.filter { $0.objective != nil }.sorted { (-$0.epochs, $0.objective!, $0.number) < (-$1.epochs, $1.objective!, $1.number) }
        return ranked.prefix(limit).map { trial in
            let measure = trial.details["validationAccuracy"]?.double.map { Format.percent($0) }
                ?? trial.details["validationLoss"]?.double.map { Format.fixed($0, 4) } ?? "-"
            return ["\(trial.number)", "\(trial.epochs)", Format.fixed(trial.objective, 4), measure]
                + space.parameters.map { trial.values[$0.name]?.plainText ?? "-" }
        }
    }
}
