import MartletBackend
import MartletData
import MartletTraining

/// A model in training on a device, in turns of two epochs, of which the second is timed: by then the pool is awake and
/// the driver has compiled.
final class TrainingTurns {
    private let compiled: CompiledModel
    private let data: DataSet
    private let batch: Int
    private var epochs = 0

    init(_ model: StepModel, _ data: DataSet, batch: Int, on device: any Device) throws {
        compiled = try model.build().compile(optimizer: model.optimizer, on: device)
        self.data = data
        self.batch = batch
    }

    /// Seconds of a step.
    func turn() throws -> Double {
        var options = FitOptions()
        (options.epochs, options.batchSize) = (epochs + 2, batch)
        var point = TrainingPoint()
        (point.epochsDone, point.iterations) = (epochs, compiled.iterations)
        let history = try compiled.fit(data, options: options, from: point)
        epochs += 2
        return history.epochs.last!.seconds / Double(data.count / batch)
    }

    func weightsSHA256() throws -> String { try compiled.weightsSHA256() }
}
