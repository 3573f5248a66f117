import Martlet
import MartletCPU
import MartletOpenCL
import MartletRuns
import TestSupport

/// Small real runs with their records.
enum Runs {
    static let digits = DataSet.digits()

    static let cpu: any Device = try! CPUDevice(threads: 2)
    /// One of each backend.
    static let devices: [any Device] = [cpu] + OpenCLInventory.survey().devices.prefix(1).compactMap { try? OpenCLDevice($0) }

    static func options(epochs: Int, batchSize: Int = 64) -> FitOptions {
        var options = FitOptions()
        options.epochs = epochs
        options.batchSize = batchSize
        return options
    }

    /// Trains and keeps the record; a run that stops because a value is not finite has one too.
    static func record(
        _ model: Model, _ optimizer: Optimizer = .adam(), train: DataSet = digits.train, validation: DataSet? = nil,
        test: DataSet? = digits.test, epochs: Int = 10, batchSize: Int = 64, rate: StatisticsRate = .every(10), folder: RunFolder? = nil, on device: any Device = cpu,
        configure: (inout FitOptions) throws -> Void = { _ in }
    ) throws -> RunRecord {
        let compiled = try model.compile(loss: train.labels.isEmpty ? .meanSquaredError : .crossEntropy, optimizer: optimizer, on: device, seed: 7)
        var options = options(epochs: epochs, batchSize: batchSize)
        try configure(&options)
        try folder?.prepare(resuming: false)
        let settings = RunSettings(compiled, options: options, train: train, validation: validation, test: test)
        let recorder = try RunRecorder(compiled, train, options: options, settings: settings, name: "a run", rate: rate, folder: folder)
        do throws(TrainingError) {
            let history = try compiled.fit(train, validation: validation, test: test, options: options, callbacks: [recorder])
            try recorder.end(kept: history.kept, test: test)
        } catch {
            try recorder.end(error, test: test)
        }
        return recorder.record
    }

    static func perceptron(_ widths: [Int], activation: String = "relu", batchNorm: Bool = false, dropout: Float = 0) throws -> Model {
        try Model.perceptron(input: [1, 8, 8], widths: widths, outputs: 10, activation: activation, batchNorm: batchNorm, dropout: dropout)
    }
}
