import ArgumentParser
import Martlet

struct EnsembleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ensemble", abstract: "Averages the answers of several models.",
        discussion: """
            Each member is measured on the test part, then all together: of classes the probabilities are averaged, of \
            numbers the values. The file that --save writes goes wherever a model's file goes: evaluate, predict.
            """,
        subcommands: [Train.self, Join.self], defaultSubcommand: Train.self)

    struct Train: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "train", abstract: "Trains members that differ in their seed, or snapshots of one run.",
            discussion: """
                Takes the options of 'martlet train'. Member i has the seed of the run plus i; all have the same data. With \
                --snapshots there is one run, whose learning rate goes down and up again, and its weights at the end of each \
                cycle are the members; such a run can be stopped and resumed.
                """)

        @Option(help: "How many models to train. Default: 5.") var members: Int?
        @OptionGroup var snapshots: SnapshotOptions
        @OptionGroup(title: "Data") var data: DataOptions
        @OptionGroup(title: "Model") var model: ModelOptions
        @OptionGroup(title: "Training") var training: TrainingOptions
        @OptionGroup(title: "Device") var device: DeviceOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func run() throws {
            try reporting {
                Interruption.install()
                let members = members ?? 5
                guard (1...1000).contains(members) else { throw TrainingError.badOption("--members takes a number from 1 to 1000, not \(members)") }
                var setup = try TrainingSetup(data: data, model: model, training: training)
                let isOneRun = try snapshots.apply(to: &setup, training)
                guard self.members == nil || !isOneRun else {
                    throw TrainingError.badOption("--members trains several models, and snapshots are of one; leave --members out")
                }
                guard isOneRun || training.checkpoint == nil else {
                    throw TrainingError.badOption("--checkpoint belongs to one run, and without --snapshots an ensemble is several; leave it out")
                }
                guard isOneRun || !setup.seed.addingReportingOverflow(UInt64(members)).overflow else {
                    throw TrainingError.badOption("--seed \(setup.seed) is too large for \(members) members, whose seeds follow one another")
                }
                if let path = training.save { try File.checkWritable(path) }
                let device = try device.open(quiet: output.quiet)
                if !output.quiet {
                    let seeds = members == 1 ? "seed \(setup.seed)" : "seeds \(setup.seed) to \(setup.seed &+ UInt64(members - 1))"
                    Terminal.note("\(isOneRun ? "snapshots of one run" : "\(members) members of \(seeds)"); \(setup.summary)")
                    if let transfer = setup.transfer { Terminal.note(transfer.text) }
                }
                let (ensemble, names) = isOneRun ? try trainOne(setup, on: device) : try train(members, setup, on: device)
                if let path = training.save { try ensemble.save(to: path) }
                let (each, together) = try ensemble.evaluations(setup.test, on: device, residency: setup.residency)
                EnsembleReport(ensemble, names: names, members: each, together: together, isOneRun: isOneRun).print(json: output.json)
            }
        }

        private func train(_ members: Int, _ setup: TrainingSetup, on device: any Device) throws -> (Ensemble, names: [String]) {
            var files: [ModelFile] = []
            var names: [String] = []
            // Of each member only what it came to is told.
            var silent = output
            (silent.json, silent.quiet) = (false, true)
            for place in 0..<members {
                let seed = setup.seed + UInt64(place)
                let result: TrainingResult
                do {
                    result = try setup.train(on: device, output: silent, seed: seed)
                } catch TrainingError.interrupted {
                    Terminal.note("error: interrupted after \(place) of \(members) members; nothing was saved")
                    throw ExitCode(130)
                }
                files.append(try result.compiled.file(data: setup.description))
                names.append("seed \(seed)")
                if !output.quiet { Terminal.note("\(names[place]): test \(result.test.text)") }
            }
            return (try Ensemble(files), names)
        }

        private func trainOne(_ setup: TrainingSetup, on device: any Device) throws -> (Ensemble, names: [String]) {
            var told = output
            told.json = false
            let compiled = try setup.train(on: device, output: told).compiled
            return (
                try Ensemble(snapshotsOf: compiled, data: setup.description), compiled.snapshots.map { "epoch \($0.epoch)" })
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
                EnsembleReport(ensemble, names: names, members: each, together: together).print(json: output.json)
            }
        }
    }
}

/// Each member, all together, and what that gained over the mean member.
struct EnsembleReport {
    private let ensemble: Ensemble
    private let names: [String]
    private let members: [Evaluation]
    private let together: Evaluation
    /// The last member is what the run would have ended with.
    private let isOneRun: Bool

    init(_ ensemble: Ensemble, names: [String], members: [Evaluation], together: Evaluation, isOneRun: Bool = false) {
        (self.ensemble, self.names, self.members, self.together, self.isOneRun) = (ensemble, names, members, together, isOneRun)
    }

    private var meanLoss: Double { members.map(\.loss).reduce(0, +) / Double(members.count) }
    /// Accuracies, or else mean absolute errors.
    private var measures: [Double] { members.compactMap { $0.accuracy ?? $0.meanAbsoluteError } }
    private var meanMeasure: Double? {
        measures.count == members.count ? measures.reduce(0, +) / Double(measures.count) : nil
    }
    private var measure: Double? { together.accuracy ?? together.meanAbsoluteError }
    private var isClassification: Bool { together.accuracy != nil }
    private func better(_ measure: Double, than other: Double) -> Double { isClassification ? measure - other : other - measure }

    func print(json: Bool) {
        json ? printJSON() : printTable()
    }

    private func printJSON() {
        for (place, member) in members.enumerated() {
            Terminal.result(
                [.init("member", .string(names[place]))] + member.json("test")
                    + [.init("weightsSHA256", .string(ensemble.members[place].weightsSHA256))])
        }
        let name = isClassification ? "Accuracy" : "MeanAbsoluteError"
        var last: [JSONValue.Member] = [.init("members", .integer(members.count))] + together.json("test")
        last.append(.init("meanMemberLoss", .finite(meanLoss)))
        last.append(.init("lossGain", .finite(meanLoss - together.loss)))
        if let mean = meanMeasure, let measure {
            last.append(.init("meanMember\(name)", .finite(mean)))
            last.append(.init("gain", .finite(better(measure, than: mean))))
            if isOneRun, let single = measures.last { last.append(.init("gainOverLast", .finite(better(measure, than: single)))) }
        }
        last.append(.init("weightsSHA256", .string(ensemble.weightsSHA256)))
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
        if let measure, let mean = meanMeasure {
            func gain(over other: Double) -> String {
                isClassification
                    ? "\(Format.fixed(100 * (measure - other), 2)) percentage points of accuracy" : "\(Format.fixed(other - measure, 4)) of MAE"
            }
            Terminal.result("the ensemble gains \(gain(over: mean)) and \(Format.fixed(meanLoss - together.loss, 4)) of loss over its mean member")
            if isOneRun, let single = measures.last { Terminal.result("and \(gain(over: single)) over the last, which the run alone would have given") }
        }
        Terminal.result("weights' SHA-256 \(ensemble.weightsSHA256)")
    }
}
