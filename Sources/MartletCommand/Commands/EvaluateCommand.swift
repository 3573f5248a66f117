import ArgumentParser
import Martlet

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Measures a saved model or ensemble on data.",
        discussion: """
            All rows of a csv:FILE are used, and the test part of other sources, unless --part says otherwise. For the table \
            that the model was trained on, --part test gives the rows that were held out.
            """)

    @Argument(help: "A file written by train --save or --checkpoint, or by ensemble --save.") var file: String
    @OptionGroup var data: DataOptions
    @OptionGroup var residency: ResidencyOptions
    @Option(help: "train, test or all.") var part: Part?
    @OptionGroup var device: DeviceOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try reporting {
            let ensemble = try Ensemble.read(file)
            let set = try ensemble.members[0].dataSet(data, part: part)
            let device = try device.open(quiet: output.quiet)
            let evaluation = try ensemble.evaluate(set, on: device, residency: try residency.residency())
            try evaluation.checkFinite("the loss on these samples")
            if output.json {
                let members: [JSONValue.Member] = [.init("device", .string(device.name)), .init("samples", .integer(set.count))]
                Terminal.result(members + evaluation.json("").map { .init(lowercasedFirst($0.name), $0.value) })
            } else {
                Terminal.result("\(set.count) samples: \(evaluation.text)")
            }
        }
    }

    private func lowercasedFirst(_ name: String) -> String { name.prefix(1).lowercased() + name.dropFirst() }
}

enum Part: String, ExpressibleByArgument, CaseIterable { case train, test, all }

extension DataOptions {
    /// A saved model knows what its samples must be.
    func checkSavedData() throws {
        guard perClass == nil else { throw TrainingError.badOption("--per-class belongs to training; leave it out") }
        guard imageSize == nil, normalise == nil else {
            throw TrainingError.badOption("the model says what size its images have and how they are normalised; leave --image-size and --normalise out")
        }
    }
}

extension DataOptions {
    /// The samples of the classes that were asked for.
    func chosen(_ data: DataSet) throws -> DataSet {
        guard let classes = chosenClasses() else { return data }
        return try data.keeping(classes: classes)
    }
}

extension ModelFile {
    /// The data of a source, prepared as in training.
    func dataSet(_ options: DataOptions, part: Part?) throws -> DataSet {
        let source = try DataSource.parse(options.data ?? "digits")
        if case .csv(let path) = source {
            guard let data else { throw TrainingError.unsuitableData("the model does not say what table it was trained on") }
            guard let label = options.label ?? data.label else {
                throw TrainingError.badOption("--data \(source) needs --label COLUMN")
            }
            guard let part, part != .all else { return try data.dataSet(csv: path, label: label) }
            return try data.part(part == .train, csv: path, label: label, task: loss.task)
        }
        func pick(_ splits: Splits) throws(FormatError) -> DataSet {
            switch part ?? .test {
            case .train: splits.train
            case .test: splits.test
            case .all: try splits.train.appending(splits.test)
            }
        }
        guard let data else {
            return try options.chosen(try pick(try source.load(label: options.label, task: loss.task)))
        }
        try options.checkSavedData()
        return try options.chosen(try data.dataSet(source, label: options.label, task: loss.task, pick))
    }
}
