import MartletBackend
import MartletData

/// A run that can be done again with other numbers: rates, decay, settings of the optimizer and seed are no part of what is
/// compiled, and so a search over them compiles once.
///
/// One task at a time may use it; it is not `Sendable`.
public final class PreparedTraining {
    /// The model that every run trains, from weights drawn anew.
    public let compiled: CompiledModel
    private let options: FitOptions
    private let run: TrainingRun

    /// - Throws: what `fit` throws before it begins, and `badOption` where a checkpoint is wanted, or parameters are unfrozen on
    ///   the way, which changes the plan.
    public init(
        _ compiled: CompiledModel, _ train: any SampleSource, validation: (any SampleSource)? = nil, options: FitOptions = FitOptions()
    ) throws(TrainingError) {
        guard options.checkpoint == nil, options.parameters.unfrozen.isEmpty, options.keepsBest == nil, options.averaging == nil,
            options.snapshots == nil
        else {
            throw .badOption(
                "a run that is done again writes no checkpoint, unfreezes nothing on the way, and keeps no other weights than those of its last step")
        }
        self.compiled = compiled
        self.options = options
        run = try TrainingRun(compiled, train, validation, nil, options, TrainingPoint(), try CallbackList([]))
    }

    /// Trains from the beginning: what a new model with this optimizer and seed would come to, bit for bit.
    ///
    /// - Parameters:
    ///   - optimizer: of the rule and clipping that the model was compiled with.
    ///   - start: tensors that take the place of drawn ones.
    ///   - epochs: nil for those of the options.
    public func fit(
        _ optimizer: Optimizer, seed: UInt64, start: WeightTransfer? = nil, epochs: Int? = nil,
        callbacks: [any Callback] = []
    ) throws(TrainingError) -> History {
        try compiled.restart(optimizer, seed: seed)
        if let start { try compiled.start(from: start) }
        run.rewind(epochs: epochs ?? options.epochs, try CallbackList(callbacks))
        return try run.run()
    }
}
