import MartletBackend
import MartletCore
import MartletData
import MartletGraph
import MartletOps

extension CompiledModel {
    /// Loss and measures over every sample of a data set or source, in inference mode.
    public func evaluate(_ data: any SampleSource) throws(TrainingError) -> Evaluation {
        try check(data)
        // A callback may ask in the middle of an epoch.
        let records = try wrap { () throws(DeviceError) in try session.records() }
        let evaluation = try Evaluator(self, data).run().evaluation
        try wrap { () throws(DeviceError) in try session.setRecords(records) }
        return evaluation
    }

    /// The model's output for every sample (samples x outputs): logits for classes.
    public func predict(_ data: DataSet) throws(TrainingError) -> HostArray {
        try predict(data.features, divisor: data.featureDivisor, channels: data.channels)
    }

    /// The same for features without targets, one row per sample; bytes are divided by `divisor`, or normalised by the
    /// statistics of their channels.
    public func predict(
        _ features: HostArray, divisor: Float = 1, channels: ChannelStatistics? = nil
    ) throws(TrainingError) -> HostArray {
        let (count, sample) = (features.shape[0], features.shape.withoutFirst)
        guard model.takes(samples: sample) else {
            throw .unsuitableData("the model takes samples of \(model.inputShape), and these samples are \(sample)")
        }
        let batches = Batches(count: count, size: evaluationBatch)
        let samples = try wrap { () throws(DeviceError) in
            try DeviceSamples(
                features, model.sampleLayout(of: sample), largestBatch: batches.sizes[0], residency, in: session)
        }
        let graphs = StepGraphs(
            model, SampleInput(TensorType(sample, features.dtype), divisor: divisor, channels: channels),
            residents: samples.isStreamed ? nil : count)
        let plans = try wrap { () throws(ShapeError) in
            var plans: [Plan] = []
            for size in batches.sizes {
                plans.append(try Plan(try graphs.prediction(batch: size), largestBuffer: device.largestBuffer))
            }
            return plans
        }
        let runner = try wrap { () throws(DeviceError) in try samples.prepare(plans) }
        var rows: [Float] = []
        for batch in batches {
            var step = StepParameters(seed: seed)
            step.sampleCount = count
            step.batchStart = batch.start
            try runner.run(batch.plan, count: batch.count, step)
            rows += try outputs(of: runner, count: batch.count)
        }
        return HostArray(model.outputShape.prepending(count), rows)
    }
}

extension CompiledModel {
    /// What a batch has left.
    fileprivate func outputs(of runner: BatchRunner, count: Int) throws(TrainingError) -> [Float] {
        try wrap { () throws(DeviceError) in try runner.outputs!.read(TensorType(model.outputShape.prepending(count)), at: 0).floats }
    }

    /// - Parameter drawn: where a step on the device finds the rows of an epoch that the host draws.
    func samples(
        of data: any SampleSource, largestBatch: Int, drawn: (any Buffer)? = nil
    ) throws(TrainingError) -> DeviceSamples {
        guard residency != .resident || data is DataSet else {
            throw .badOption(
                "the samples of '\(data.format.name)' come one after another and cannot all be on the device; let the residency be automatic")
        }
        return try wrap { () throws(DeviceError) in
            try DeviceSamples(
                data, model.sampleLayout(of: data.format.sample.shape), largestBatch: largestBatch, residency, drawn: drawn, in: session)
        }
    }
}

/// Samples evaluated at a time: enough to fill a device, little enough to fit beside a training step.
let evaluationBatch = 512

/// Evaluation of one data set or source, prepared once and run after every epoch.
struct Evaluator {
    private let owner: CompiledModel
    private let data: any SampleSource
    private let batches: Batches
    private let runner: BatchRunner
    private let keepsOutputs: Bool

    /// - Parameters:
    ///   - keepsOutputs: what the model gives is handed out with what it is worth.
    ///   - lent: workspaces of plans that run at other times.
    ///   - weights: buffers to use in place of the model's weights and statistics.
    init(
        _ owner: CompiledModel, _ data: any SampleSource, keepsOutputs: Bool = false, sharing lent: [any Buffer] = [],
        weights: [Region: any Buffer] = [:]
    ) throws(TrainingError) {
        self.owner = owner
        self.keepsOutputs = keepsOutputs
        self.data = data
        let batches = Batches(count: data.count, size: evaluationBatch)
        self.batches = batches
        let samples = try owner.samples(of: data, largestBatch: batches.sizes[0])
        let graphs = StepGraphs(owner.model, data, isStreamed: samples.isStreamed)
        let plans = try wrap { () throws(ShapeError) in
            var plans: [Plan] = []
            for size in batches.sizes {
                plans.append(try Plan(
                    try graphs.evaluation(batch: size, owner.measures, leavesOutput: keepsOutputs),
                    largestBuffer: owner.device.largestBuffer))
            }
            return plans
        }
        runner = try wrap { () throws(DeviceError) in
            try samples.prepare(plans, constants: try owner.session.residents(of: owner.loss), sharing: lent, over: weights)
        }
    }

    /// - Returns: with the outputs of every sample (samples x outputs), where they are kept.
    func run() throws(TrainingError) -> (evaluation: Evaluation, outputs: HostArray?) {
        var rows: [Float] = []
        try wrap { () throws(DeviceError) in try owner.session.resetMetrics() }
        try runner.begin(epoch: 0)
        for batch in batches {
            var step = StepParameters(seed: owner.seed)
            step.sampleCount = data.count
            step.batchStart = batch.start
            try runner.run(batch.plan, count: batch.count, step)
            if keepsOutputs { rows += try owner.outputs(of: runner, count: batch.count) }
        }
        let sums = try wrap { () throws(DeviceError) in
            let sums = try owner.session.metrics(owner.measures.count)
            // A loss that is not finite here is a result, not the end of training.
            try owner.session.resetHealth()
            return sums
        }
        if !sums[0].isFinite { try checkWeights() }
        return (
            owner.measures.evaluation(sums, count: data.count, targets: (data as? DataSet)?.targets),
            keepsOutputs ? HostArray(owner.model.outputShape.prepending(data.count), rows) : nil
        )
    }

    /// A batch without any weight is no fault of the model.
    private func checkWeights() throws(TrainingError) {
        guard let labels = (data as? DataSet)?.labels, !labels.isEmpty else { return }
        for batch in batches {
            let (from, to) = (batch.start, batch.start + batch.count)
            if let problem = owner.loss.problem(ofBatch: Array(labels[from..<to]), "among the samples of '\(data.format.name)' that are evaluated together, the part from \(from) to \(to - 1)") {
                throw .unsuitableData(problem)
            }
        }
    }
}
