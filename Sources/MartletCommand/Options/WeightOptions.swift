import ArgumentParser
import Martlet

/// What is added to the loss, and which weights the model ends with.
struct WeightOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Add this times the sum of |w| to the loss, over the weights that decay.", valueName: "factor"))
    var l1: Double?

    @Option(help: ArgumentHelp(
        "Add half of this times the sum of w^2 to the loss; --weight-decay leaves that to the optimizer.", valueName: "factor"))
    var l2: Double?

    @Option(help: ArgumentHelp("End when the validation data have not improved for more than so many epochs.", valueName: "epochs"))
    var earlyStopping: Int?

    @Option(help: ArgumentHelp("Of early stopping: what counts as an improvement is larger than this. Default: 0.", valueName: "number"))
    var minDelta: Double?

    @Flag(help: "End with the weights of the epoch that was best on the validation data.")
    var keepBest = false

    @Option(help: ArgumentHelp(
        "Of early stopping and --keep-best: \(Monitor.allCases.map(\.rawValue).joined(separator: ", ")), of the validation data. Default: loss.",
        valueName: "number"))
    var monitor: String?

    @Option(help: ArgumentHelp(
        "End with an exponential average of the weights, which every epoch is measured with: 0.999 keeps that much in every step.",
        valueName: "decay"))
    var ema: Double?

    @Option(help: ArgumentHelp(
        "End with the mean of the weights after every epoch from this one on (1, 2, …), and batchNorm's statistics measured anew.",
        valueName: "epoch"))
    var swa: Int?

    /// Sets what was asked for, else what the checkpoint says.
    func apply(to options: inout FitOptions, otherwise former: Checkpoint.Settings?) throws {
        options.penalty = former?.penalty ?? .none
        if let l1 { options.penalty.l1 = l1 }
        if let l2 { options.penalty.l2 = l2 }

        let wanted = try monitor.map { name in
            guard let monitor = Monitor(rawValue: name) else {
                throw TrainingError.badOption("--monitor: " + unknownName("number", name, known: Monitor.allCases.map(\.rawValue)))
            }
            return monitor
        }
        options.earlyStopping = former?.earlyStopping
        if let earlyStopping { options.earlyStopping = EarlyStopping(patience: earlyStopping) }
        options.keepsBest = keepBest ? .loss : former?.keepsBest
        if let wanted {
            guard options.earlyStopping != nil || options.keepsBest != nil else {
                throw TrainingError.badOption("--monitor needs --early-stopping or --keep-best")
            }
            options.earlyStopping?.monitor = wanted
            if options.keepsBest != nil { options.keepsBest = wanted }
        }
        if let minDelta {
            guard options.earlyStopping != nil else { throw TrainingError.badOption("--min-delta needs --early-stopping") }
            options.earlyStopping?.margin = minDelta
        }

        guard ema == nil || swa == nil else { throw TrainingError.badOption("--ema and --swa both say which weights the run ends with; leave one of them out") }
        options.averaging = ema.map { .exponential(decay: $0) } ?? swa.map { .stochastic(from: $0) } ?? former?.averaging
    }
}
