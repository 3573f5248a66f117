import MartletData
import MartletOps

/// How `fit` trains.
public struct FitOptions: Sendable {
    /// Epochs in the whole run, those before a resumption included.
    public var epochs = 10
    /// Samples in a batch; the last one of an epoch may be smaller.
    public var batchSize = 64
    /// Leaves out the last, smaller batch of an epoch.
    public var dropsLast = false
    /// Visits the samples of a data set in a new order every epoch. A source has an order of its own.
    public var shuffles = true
    /// How the learning rate goes through the run; the optimizer's is its base.
    public var schedule = Schedule.constant
    /// Batches whose gradients are added up for one step. Equal to the batch that is so many times as large, up to rounding, where
    /// nothing depends on the batch itself (batchNorm does, and so do class weights).
    public var accumulation = 1
    /// What large weights add to the loss.
    public var penalty = Penalty.none
    /// Draws the samples of an epoch by the weights of their classes; nil for every sample once.
    public var sampling: ClassSampling?
    /// Ends the run by the validation data; nil for the number of epochs alone.
    public var earlyStopping: EarlyStopping?
    /// The model ends with the weights of the epoch that was best by this number of the validation data.
    public var keepsBest: Monitor?
    /// The model ends with averaged weights.
    public var averaging: WeightAveraging?
    /// The weights at the end of the schedule's last so many cycles are kept, for an ensemble (`CompiledModel.snapshots`).
    public var snapshots: Int?
    /// How images are changed at random, every time they are seen; never in evaluation.
    public var augmentation = Augmentation.none
    /// What is frozen, until when, and what learns more slowly.
    public var parameters = ParameterRules.none
    /// Where to write a checkpoint, at the end of every epoch and when interrupted.
    public var checkpoint: String?
    /// Writes one after every so many iterations as well.
    public var checkpointEvery: Int?
    /// What a checkpoint says of the data; nil for what the training data say themselves.
    public var dataDescription: DataDescription?
    /// What a checkpoint carries beside the training itself; given back on resumption.
    public var notes: [String: String] = [:]

    /// Ten epochs in batches of 64 at the optimizer's rate, and nothing else.
    public init() {}

    /// Optimizer steps in an epoch of so many samples.
    package func stepsPerEpoch(of count: Int) -> Int {
        StepSequence(Batches(count: count, size: max(1, batchSize), dropLast: dropsLast), accumulating: accumulation).steps
    }
}
