import MartletCore
import MartletData

/// A compiled model for programs that have more to do than to train: it is trained and used on a thread of its own, while
/// the tasks that wait for it block nobody.
///
///     let trainer = Trainer(try model.compile(optimizer: "adam", on: device))
///     let training = Task { try await trainer.fit(train, options: options) }
///     …
///     training.cancel()   // `fit` throws `interrupted` after the step under way
///
/// Calls are done one at a time: a prediction asked for during `fit` comes after it. A program that predicts meanwhile
/// has a second compiled model, and gives it the weights of each epoch in a callback.
public actor Trainer {
    private let model: CompiledModel
    private let thread = TrainingThread()

    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// The model is the trainer's from now on.
    public init(_ model: sending CompiledModel) { self.model = model }

    /// As `CompiledModel.fit`, ended early where the calling task is cancelled. Callbacks are called on the trainer's thread.
    public func fit(
        _ train: any SampleSource, validation: (any SampleSource)? = nil, test: (any SampleSource)? = nil,
        options: FitOptions = FitOptions(), from point: TrainingPoint = TrainingPoint(), callbacks: sending [any Callback] = []
    ) throws(TrainingError) -> History {
        try model.fit(train, validation: validation, test: test, options: options, from: point, callbacks: callbacks)
    }

    /// Trains for some epochs in batches of a size.
    public func fit(
        _ train: any SampleSource, validation: (any SampleSource)? = nil, epochs: Int, batchSize: Int = 64,
        callbacks: sending [any Callback] = []
    ) throws(TrainingError) -> History {
        try model.fit(train, validation: validation, epochs: epochs, batchSize: batchSize, callbacks: callbacks)
    }

    /// As `CompiledModel.predict`.
    public func predict(
        _ features: HostArray, divisor: Float = 1, channels: ChannelStatistics? = nil
    ) throws(TrainingError) -> HostArray {
        try model.predict(features, divisor: divisor, channels: channels)
    }

    /// Anything else that can be done with the model, on the trainer's thread.
    public func use<Result: Sendable, Failure: Error>(
        _ body: @Sendable (CompiledModel) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(model)
    }
}
