import ArgumentParser
import Martlet

struct TrainingOptions: ParsableArguments {
    @Option(help: ArgumentHelp(
        "\(Loss.names.joined(separator: ", ")). Default: cross_entropy.", valueName: "name"))
    var loss: String?

    @OptionGroup var lossSettings: LossOptions

    @OptionGroup var clipping: ClippingOptions

    @Option(help: ArgumentHelp(
        "\(OptimizerRule.all.map(\.name).joined(separator: ", ")). Default: adam.", valueName: "name"))
    var optimizer: String?

    @Option(help: ArgumentHelp("Default: 1e-3 for adam and adamw, 1e-2 for sgd and momentum.", valueName: "rate"))
    var learningRate: Double?

    @Option(help: ArgumentHelp("Applied to weights, not to biases and norm parameters. Default: 0.", valueName: "decay"))
    var weightDecay: Double?

    @Flag(help: "Weight decay for every parameter.")
    var decayAll = false

    @Option(help: ArgumentHelp("Of the optimizer 'momentum'. Default: 0.9.", valueName: "share"))
    var momentum: Double?

    @Option(help: "Default: 10.")
    var epochs: Int?

    @Option(help: "Default: 64. The remainder of an epoch is a batch of its own size.")
    var batchSize: Int?

    @Flag(help: "Leave out the remainder of an epoch.")
    var dropLast = false

    @Option(help: "Of the weights, the order of the samples, dropout and splits. Default: 0.")
    var seed: UInt64?

    @Option(help: ArgumentHelp(
        "A share of the training data (0.1; stratified, by seed), or a data source: all of a csv:FILE, the test part of others.",
        valueName: "share or source"))
    var validation: String?

    @Option(help: ArgumentHelp("Where to save the trained model (safetensors, PyTorch's names and layout).", valueName: "file"))
    var save: String?

    @Option(help: ArgumentHelp("Start from the weights of a saved model.", valueName: "file"))
    var load: String?

    @Option(help: ArgumentHelp("Where to keep a checkpoint: written after every epoch and on Ctrl-C.", valueName: "file"))
    var checkpoint: String?

    @Option(help: ArgumentHelp("Write the checkpoint after every so many iterations too.", valueName: "iterations"))
    var checkpointEvery: Int?

    @Option(help: ArgumentHelp(
        "Go on from a checkpoint, with its data and settings, on any backend; only --epochs may change.", valueName: "file"))
    var resume: String?
}
