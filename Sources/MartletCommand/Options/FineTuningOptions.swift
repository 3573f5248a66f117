import ArgumentParser
import Martlet

struct FineTuningOptions: ParsableArguments {
    @Option(help: ArgumentHelp(
        """
        Start from a saved model, or from the tensors of any safetensors file (a state_dict written by PyTorch) by their \
        names; zoo:NAME is a model that comes with Martlet. Without --model it is the saved model's.
        """,
        valueName: "file"))
    var load: String?

    @Option(help: ArgumentHelp(
        "Names of the loaded file as the model has them, such as 'backbone.*=features.*'; may be repeated.", valueName: "old=new"))
    var rename: [String] = []

    @Option(help: ArgumentHelp("A new last layer with so many outputs, in place of the loaded one.", valueName: "outputs"))
    var head: Int?

    @Option(help: ArgumentHelp(
        """
        Leave parameters and running statistics of these names as they are, such as 'features.*'; may be repeated. A \
        batchNorm whose statistics are frozen normalises by them.
        """,
        valueName: "pattern"))
    var freeze: [String] = []

    @Option(help: ArgumentHelp(
        "Train what is frozen from an epoch on, such as 'features.*@4', or 4 for all of it; may be repeated.",
        valueName: "pattern@epoch"))
    var unfreeze: [String] = []

    @Option(help: ArgumentHelp(
        "A factor of the learning rate, such as 'features.*=0.1'; may be repeated, and the last that matches counts.",
        valueName: "pattern=factor"))
    var lrScale: [String] = []

    /// What the optimizer leaves alone; that of a checkpoint where nothing was given.
    func rules(otherwise saved: ParameterRules?) throws -> ParameterRules {
        let rules = try ParameterRules(freeze: freeze, unfreeze: unfreeze, rateScales: lrScale)
        return rules == .none ? saved ?? .none : rules
    }

    /// A model with the head that was asked for, and what it takes over from the file.
    func start(_ model: Model, from file: WeightFile?) throws -> (model: Model, transfer: WeightTransfer?) {
        guard let file else {
            for (option, isGiven) in [("--rename", !rename.isEmpty), ("--head", head != nil)] where isGiven {
                throw TrainingError.badOption("\(option) changes what is loaded; give --load FILE with it")
            }
            return (model, nil)
        }
        let renamings = try rename.map { try Renaming($0) }
        guard let head else { return (model, try WeightTransfer(file, to: model, renamings: renamings)) }
        guard head > 0 else { throw TrainingError.badOption("--head takes a number of outputs of at least 1, not \(head)") }
        guard let (changed, layer) = try model.replacingHead(outputs: head) else {
            throw TrainingError.badOption("--head \(head) needs a model that ends with a linear layer or a convolution; describe the model you want in a FILE.json instead")
        }
        return (changed, try WeightTransfer(file, to: changed, renamings: renamings, newHead: layer))
    }
}

extension WeightTransfer {
    /// What was loaded, skipped and newly initialised.
    var text: String {
        var lines = ["\(path): loaded \(loaded.count) tensors: " + loaded.map { $0.name == $0.source ? $0.name : "\($0.source) as \($0.name)" }.joined(separator: ", ")]
        for (reason, names) in reasons { lines.append("skipped (\(reason)): \(names.joined(separator: ", "))") }
        if !initialised.isEmpty { lines.append("newly initialised: \(initialised.joined(separator: ", "))") }
        return lines.joined(separator: "\n")
    }

    private var reasons: [(reason: String, names: [String])] {
        var groups: [(reason: String, names: [String])] = []
        for (name, reason) in skipped {
            if let place = groups.firstIndex(where: { $0.reason == reason }) { groups[place].names.append(name) } else { groups.append((reason, [name])) }
        }
        return groups
    }

    var json: JSONValue {
        .object([
            .init("file", .string(path)),
            .init("loaded", .array(loaded.map { ["name": .string($0.name), "source": .string($0.source)] })),
            .init("skipped", .array(skipped.map { ["name": .string($0.name), "reason": .string($0.reason)] })),
            .init("initialised", .array(initialised.map(JSONValue.string))),
        ])
    }
}
