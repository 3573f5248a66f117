import ArgumentParser
import Martlet

struct TrainingOptions: ParsableArguments {
    @Option(help: ArgumentHelp(
        "\(Loss.names.joined(separator: ", ")). Default: cross_entropy.", valueName: "name"))
    var loss: String?

    @OptionGroup var lossSettings: LossOptions

    @OptionGroup var clipping: ClippingOptions

    @OptionGroup var weights: WeightOptions

    @Option(help: ArgumentHelp(
        "\(OptimizerRule.all.map(\.name).joined(separator: ", ")). Default: adam.", valueName: "name"))
    var optimizer: String?

    @Option(help: ArgumentHelp("Default: the optimizer's usual one (1e-3 for adam, 1e-2 for sgd, …).", valueName: "rate"))
    var learningRate: Double?

    @Option(help: ArgumentHelp(
        """
        How the learning rate goes through the run: \(Schedule.grammar). Given several times, or joined by ' then ', one after the \
        other. \(Self.schedules). Default: constant.
        """,
        valueName: "schedule"))
    var schedule: [String] = []

    @Option(help: ArgumentHelp("Applied to weights, not to biases and norm parameters. Default: 0.", valueName: "decay"))
    var weightDecay: Double?

    @Flag(help: "Weight decay for every parameter.")
    var decayAll = false

    @Option(help: ArgumentHelp("Short for --set momentum=SHARE. Default: 0.9.", valueName: "share"))
    var momentum: Double?

    @Option(help: ArgumentHelp(
        "A setting of the optimizer, such as beta2=0.99; may be repeated. With their defaults: \(Self.settings).",
        valueName: "name=value"))
    var set: [String] = []

    @Option(help: "Default: 10.")
    var epochs: Int?

    @Option(help: "Default: 64. The remainder of an epoch is a batch of its own size.")
    var batchSize: Int?

    @Option(help: ArgumentHelp("Add up the gradients of so many batches for each step. Default: 1.", valueName: "batches"))
    var accumulate: Int?

    @Option(help: ArgumentHelp(
        "Draw the samples of an epoch with replacement: balanced (every class alike), or one weight per class, with commas.",
        valueName: "balanced or numbers"))
    var sampling: String?

    @Flag(help: "Leave out the remainder of an epoch.")
    var dropLast = false

    @Option(help: "Of the weights, the order of the samples, dropout and splits. Default: 0.", transform: Seed.parse)
    var seed: UInt64?

    @Option(help: "Of the splits alone, where other weights are wanted for the same data. Default: --seed.", transform: Seed.parse)
    var splitSeed: UInt64?

    @Option(help: ArgumentHelp(
        "A share of the training data (0.1; stratified, by seed), or a data source: all of a csv:FILE, the test part of others.",
        valueName: "share or source"))
    var validation: String?

    @OptionGroup var residency: ResidencyOptions

    @Option(help: ArgumentHelp(
        """
        Changes images at random whenever they are trained on: a list of \(Augmentation.grammar.map { "\($0.form) (\($0.meaning))" }.joined(separator: "; ")). \
        They are done in one order, whatever that of the list: scale, rotate and shift, crop, flip, brightness, contrast, noise, \
        normalisation, cutout. What comes in from outside is black.
        """,
        valueName: "changes"))
    var augment: String?

    @Option(help: ArgumentHelp("Where to save the trained model (safetensors, PyTorch's names and layout).", valueName: "file"))
    var save: String?

    @OptionGroup var fineTuning: FineTuningOptions

    @Option(help: ArgumentHelp("Where to keep a checkpoint: written after every epoch and on Ctrl-C.", valueName: "file"))
    var checkpoint: String?

    @Option(help: ArgumentHelp("Write the checkpoint after every so many iterations too.", valueName: "iterations"))
    var checkpointEvery: Int?

    @Option(help: ArgumentHelp(
        "Go on from a checkpoint, with its data and settings, on any backend; only --epochs may change.", valueName: "file"))
    var resume: String?

    /// The settings of every optimizer, those with the same ones together.
    private static var settings: String {
        var groups: [(names: [String], settings: String)] = []
        for rule in OptimizerRule.all where !rule.settings.isEmpty {
            let settings = rule.settings.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
            if let place = groups.firstIndex(where: { $0.settings == settings }) {
                groups[place].names.append(rule.name)
            } else {
                groups.append(([rule.name], settings))
            }
        }
        return groups.map { "\($0.names.joined(separator: ", ")): \($0.settings)" }.joined(separator: "; ")
    }

    private static let schedules = ScheduleRule.all.map { $0.name + ($0.parameters.isEmpty ? "" : " (\($0.settingsText))") }.joined(separator: "; ")

    /// What was asked for, else that of the checkpoint.
    func sampling(of data: DataSet, otherwise former: ClassSampling?) throws -> ClassSampling? {
        guard let sampling else { return former }
        return sampling == "balanced"
            ? try .balanced(data) : ClassSampling(weights: try LossOptions.numbers("--sampling", sampling) ?? [])
    }

    /// What was asked for, else that of the checkpoint.
    func schedule(otherwise former: String?) throws -> Schedule? {
        let text = schedule.isEmpty ? former : schedule.joined(separator: " then ")
        return try text.map(Schedule.init(parsing:))
    }

    /// For commands that write no file.
    func refuseFiles(_ command: String) throws {
        let written = [("--save", save), ("--checkpoint", checkpoint), ("--checkpoint-every", checkpointEvery.map(String.init))]
        for (option, value) in written where value != nil {
            throw TrainingError.badOption("\(command) writes no file; leave \(option) out")
        }
    }

    /// Applies --momentum and --set.
    func apply(to optimizer: inout Optimizer) throws {
        if let momentum { try optimizer.set("momentum", momentum) }
        for text in set {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let value = Double(parts[1]) else {
                throw TrainingError.badOption("--set takes NAME=NUMBER, not '\(text)'")
            }
            try optimizer.set(String(parts[0]), value)
        }
    }
}
