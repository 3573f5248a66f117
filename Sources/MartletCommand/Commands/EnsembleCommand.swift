import ArgumentParser
import Martlet

struct EnsembleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ensemble", abstract: "Averages the answers of several models.",
        discussion: """
            Each member is measured on the test part, then all together: of classes the probabilities are averaged, of \
            numbers the values. The file that --save writes goes wherever a model's file goes: evaluate, predict.
            """,
        subcommands: [Train.self, Join.self])

    struct Train: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "train", abstract: "Trains members that differ in their seed alone.",
            discussion: "Takes the options of 'martlet train'. Member i has the seed of the run plus i; all have the same data.")

        @Option(help: "How many models to train.") var members = 5
        @OptionGroup(title: "Data") var data: DataOptions
        @OptionGroup(title: "Model") var model: ModelOptions
        @OptionGroup(title: "Training") var training: TrainingOptions
        @OptionGroup(title: "Device") var device: DeviceOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func run() throws {
            try reporting {
                Interruption.install()
                guard (1...1000).contains(members) else { throw TrainingError.badOption("--members takes a number from 1 to 1000, not \(members)") }
                guard training.checkpoint == nil, training.resume == nil else {
                    throw TrainingError.badOption("--checkpoint and --resume belong to one run, and an ensemble is several; leave them out")
                }
                let setup = try TrainingSetup(data: data, model: model, training: training)
                guard !setup.seed.addingReportingOverflow(UInt64(members)).overflow else {
                    throw TrainingError.badOption("--seed \(setup.seed) is too large for \(members) members, whose seeds follow one another")
                }
                if let path = training.save { try File.checkWritable(path) }
                let selections = try device.selections()
                let device = try device.open(quiet: output.quiet)
                if !output.quiet {
                    Terminal.note("\(members) members of seeds \(setup.seed) to \(setup.seed + UInt64(members - 1)); \(setup.summary)")
                    if let transfer = setup.transfer { Terminal.note(transfer.text) }
                }
                var files: [ModelFile] = []
                var names: [String] = []
                // Of each member only what it came to is told.
                var silent = output
                (silent.json, silent.quiet) = (false, true)
                for place in 0..<members {
                    let result: TrainingResult
                    do {
                        result = try setup.train(on: device, selection: selections[0], output: silent, seed: setup.seed + UInt64(place))
                    } catch TrainingError.interrupted {
                        Terminal.note("error: interrupted after \(place) of \(members) members; nothing was saved")
                        throw ExitCode(130)
                    }
                    files.append(try result.compiled.file(data: setup.description))
                    names.append("seed \(setup.seed + UInt64(place))")
                    if !output.quiet { Terminal.note("\(names[place]): test \(result.test.text)") }
                }
                let ensemble = try Ensemble(files)
                if let path = training.save { try ensemble.save(to: path) }
                let (each, together) = try ensemble.evaluations(setup.test, on: device, residency: setup.residency)
                EnsembleReport(names: names, members: each, together: together).print(json: output.json)
            }
        }
    }

    struct Join: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "join", abstract: "Makes an ensemble of models that are there.",
            discussion: "Models may differ in their layers, but not in their samples, classes and loss. Ensembles bring all their members.")

        @Argument(help: "Files written by train --save, --checkpoint or ensemble --save.") var files: [String]
        @OptionGroup var data: DataOptions
        @OptionGroup var residency: ResidencyOptions
        @Option(help: "train, test or all.") var part: Part?
        @Option(help: ArgumentHelp("Where to save the ensemble.", valueName: "file")) var save: String?
        @OptionGroup var device: DeviceOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            try reporting {
                var members: [ModelFile] = []
                var names: [String] = []
                for file in files {
                    let read = try Ensemble.read(file).members
                    members += read
                    names += read.count == 1 ? [file] : read.indices.map { "\(file) \($0 + 1)" }
                }
                let ensemble = try Ensemble(members)
                if let save { try File.checkWritable(save) }
                let set = try members[0].dataSet(data, part: part)
                let (each, together) = try ensemble.evaluations(
                    set, on: try device.open(quiet: output.quiet), residency: try residency.residency())
                if let save { try ensemble.save(to: save) }
                EnsembleReport(names: names, members: each, together: together).print(json: output.json)
            }
        }
    }
}

/// Each member, all together, and what that gained over the mean member.
struct EnsembleReport {
    let names: [String]
    let members: [Evaluation]
    let together: Evaluation

    private var meanLoss: Double { members.map(\.loss).reduce(0, +) / Double(members.count) }
    /// Of accuracies, or else of mean absolute errors.
    private var meanMeasure: Double? {
        let measures = members.compactMap { $0.accuracy ?? $0.meanAbsoluteError }
        return measures.count == members.count ? measures.reduce(0, +) / Double(measures.count) : nil
    }
    private var measure: Double? { together.accuracy ?? together.meanAbsoluteError }
    private var isClassification: Bool { together.accuracy != nil }

    func print(json: Bool) {
        json ? printJSON() : printTable()
    }

    private func printJSON() {
        for (name, member) in zip(names, members) { Terminal.result([.init("member", .string(name))] + member.json("test")) }
        let name = isClassification ? "Accuracy" : "MeanAbsoluteError"
        var last: [JSONValue.Member] = [.init("members", .integer(members.count))] + together.json("test")
        last.append(.init("meanMemberLoss", .finite(meanLoss)))
        last.append(.init("lossGain", .finite(meanLoss - together.loss)))
        if let mean = meanMeasure, let measure {
            last.append(.init("meanMember\(name)", .finite(mean)))
            last.append(.init("gain", .finite(isClassification ? measure - mean : mean - measure)))
        }
        Terminal.result(last)
    }

    private func printTable() {
        func shown(_ value: Double?) -> String { isClassification ? Format.percent(value) : Format.fixed(value, 4) }
        func row(_ name: String, _ measure: Double?, _ loss: Double) -> [String] { [name, shown(measure), Format.fixed(loss, 4)] }
        var rows = [["member", isClassification ? "test accuracy" : "test MAE", "test loss"]]
        for (name, member) in zip(names, members) { rows.append(row(name, member.accuracy ?? member.meanAbsoluteError, member.loss)) }
        rows.append(row("mean member", meanMeasure, meanLoss))
        rows.append(row("ensemble of \(members.count)", measure, together.loss))
        Terminal.result(Format.table(rows))
        guard let measure, let mean = meanMeasure else { return }
        let gain = isClassification
            ? "\(Format.fixed(100 * (measure - mean), 2)) percentage points of accuracy" : "\(Format.fixed(mean - measure, 4)) of MAE"
        Terminal.result("the ensemble gains \(gain) and \(Format.fixed(meanLoss - together.loss, 4)) of loss over its mean member")
    }
}
