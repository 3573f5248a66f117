import MartletBackend
import MartletCore
import MartletData
import MartletGraph
import MartletNN
import MartletOps

/// Looks at a network between the steps of its training, on its device: the same samples every time, by plans of their own
/// that read the parameters and change nothing.
public final class NetworkProbe {
    private let owner: CompiledModel
    private let samples: Int
    private let layers: [StatisticsGraph.Layer]
    private let lossOutput: Int
    private let plan: Plan
    private let runner: BatchRunner
    private let parameterProbe: ParameterProbe

    /// Samples that are looked at, unless told otherwise: enough to tell a dead unit from a rare one.
    public static let usualSamples = 128

    /// - Parameters:
    ///   - data: of which samples are taken evenly; all of them where there are fewer.
    ///   - mode: in training batchNorm uses the batch's statistics, and dropout drops.
    ///   - hasGradients: looks at the gradients of the loss by the layers' values too, which costs a backward pass.
    public init(
        _ owner: CompiledModel, _ data: DataSet, samples wanted: Int = usualSamples, mode: Mode = .inference,
        hasGradients: Bool = false
    ) throws(TrainingError) {
        try owner.check(data)
        self.owner = owner
        let count = max(1, min(wanted, data.count))
        samples = count
        let chosen = data.subset((0..<count).map { $0 * data.count / count })
        let resident = try owner.samples(of: chosen, largestBatch: count)
        let graph = try wrap { () throws(ShapeError) in
            try StatisticsGraph(
                StepGraphs(owner.model, chosen, isStreamed: resident.isStreamed), batch: count, loss: owner.loss, mode: mode,
                hasGradients: hasGradients)
        }
        layers = graph.layers
        lossOutput = graph.loss
        let plan = try wrap { () throws(ShapeError) in try Plan(graph.graph, largestBuffer: owner.device.largestBuffer) }
        self.plan = plan
        runner = try wrap { () throws(DeviceError) in
            let fractions = try owner.session.resident(StatisticsGraph.fractions, "the edges of histograms")
            return try resident.prepare([plan], constants: try owner.session.residents(of: owner.loss) + [fractions])
        }
        parameterProbe = try wrap { () throws(DeviceError) in try ParameterProbe(owner.session) }
    }

    /// What the layers give with the parameters as they are, and the mean loss.
    public func lookAtLayers() throws(TrainingError) -> (loss: Double, layers: [LayerStatistics]) {
        var step = StepParameters(seed: owner.seed)
        step.sampleCount = samples
        try runner.begin(epoch: 0)
        try runner.run(0, count: samples, step)
        let values = try wrap { () throws(DeviceError) in
            try runner.outputs!.read(TensorType([plan.outputs.total]), at: 0).floats
        }
        func output(_ number: Int) -> ArraySlice<Float> {
            values[plan.outputs.offsets[number]...].prefix(plan.outputs.counts[number])
        }
        func scalar(_ number: Int) -> Double { Double(output(number).first ?? .nan) }
        func distribution(_ place: DistributionOutputs) -> ValueDistribution {
            let moments = output(place.moments).map(Double.init)
            // From how many lie above each edge to how many lie between two.
            let above = [Double(place.counted)] + output(place.above).map(Double.init) + [0]
            return ValueDistribution(
                mean: moments[0], deviation: moments[1].squareRoot(), low: moments[2], high: moments[3],
                counts: zip(above, above.dropFirst()).map { $0 - $1 })
        }
        let result = layers.map { layer in
            LayerStatistics(
                name: layer.name, activation: layer.activation, values: distribution(layer.values),
                deadShare: layer.dead.map(scalar), saturatedShare: layer.saturated.map(scalar),
                gradients: layer.gradients.map(distribution))
        }
        return (scalar(lossOutput) / Double(samples), result)
    }

    /// Remembers the parameters, so that `lookAtParameters` can tell what was done to them since.
    public func rememberParameters() throws(TrainingError) {
        try wrap { () throws(DeviceError) in try parameterProbe.remember() }
    }

    /// Every trainable parameter with the last step's gradient and the change since `rememberParameters`.
    public func lookAtParameters() throws(TrainingError) -> [ParameterStatistics] {
        try wrap { () throws(DeviceError) in try parameterProbe.look() }
    }
}
