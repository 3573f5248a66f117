import MartletCore

/// What a program has to say while a model is trained.
///
/// Calls come on the thread that trains, between two steps. Meanwhile the device works on the steps that it has been given
/// (at most four), and waits for no call. An error that a call throws ends training with the weights of the last step.
public protocol Callback {
    /// `received` gets the loss of every so many steps; nil for none, which costs nothing. Asked once, when training begins.
    var lossInterval: Int? { get }

    /// After every step that has been given to the device.
    ///
    /// Whoever reads from the model here waits until the device has done all its steps.
    func progressed(_ progress: Progress, of model: CompiledModel) throws -> Decision

    /// With the loss of one step, in order, each once.
    ///
    /// The device sends it beside its work. It comes four steps later, or at the end of the epoch: a number that does not
    /// depend on the device, so that what is decided here is decided at the same step everywhere.
    func received(_ loss: StepLoss) throws -> Decision

    /// Whether `tested` is called. Asked once, when training begins.
    var wantsOutputs: Bool { get }

    /// At the end of an epoch, before `finished`, with what the model gives for every sample of the test data (samples x outputs):
    /// what `predict` would give, from the pass that measured it.
    func tested(_ outputs: HostArray, of model: CompiledModel) throws

    /// At the end of an epoch, with everything that was measured. The model may be read, evaluated and saved.
    func finished(_ epoch: History.Epoch, of model: CompiledModel) throws -> Decision
}

extension Callback {
    public var lossInterval: Int? { nil }
    public func progressed(_ progress: Progress, of model: CompiledModel) throws -> Decision { .proceed }
    public func received(_ loss: StepLoss) throws -> Decision { .proceed }
    public var wantsOutputs: Bool { false }
    public func tested(_ outputs: HostArray, of model: CompiledModel) throws {}
    public func finished(_ epoch: History.Epoch, of model: CompiledModel) throws -> Decision { .proceed }
}

/// How training goes on after a callback. Of several callbacks the one that asks for most has its way.
public enum Decision: Int, Hashable, Sendable, Comparable {
    /// Training goes on.
    case proceed
    /// Ends training after this step, as if its epochs were done: a checkpoint is written where one is wanted, and `fit`
    /// returns. An epoch cut short is not part of the history.
    case finish
    /// Breaks training off after this step: a checkpoint is written where one is wanted, and `fit` throws `interrupted`.
    case interrupt

    public static func < (a: Decision, b: Decision) -> Bool { a.rawValue < b.rawValue }
}

/// How far training is.
public struct Progress: Hashable, Sendable {
    /// From 1.
    public let epoch: Int
    /// Of the whole run.
    public let epochs: Int
    /// Batches done in this epoch, of how many.
    public let batch: Int
    /// Of an epoch.
    public let batches: Int
    /// Optimizer steps done in the whole run.
    public let iterations: Int
    /// The mean over the epoch's samples so far, as of the last time it was read (about once a second).
    public let loss: Double?
}

/// The loss of one step.
public struct StepLoss: Hashable, Sendable {
    /// From 1.
    public let epoch: Int
    /// The optimizer step in the whole run, from 1.
    public let iteration: Int
    /// The mean over the batch, in training mode.
    public let loss: Double
    /// With which the step was done.
    public let learningRate: Double
}
