import MartletCore
import MartletData
import MartletGraph
import MartletNN
import MartletOps

/// The graphs of the steps over a data set: batch by batch in training, evaluation and prediction.
struct StepGraphs {
    let model: Model
    let input: SampleInput
    /// Whether each step finds its samples alone, in the order of the batch, and not the whole data set.
    let isStreamed: Bool
    /// Nil where there is nothing to compare with.
    let targets: TensorType?

    /// Metrics of a step: the sum of the losses, and of the measure.
    static let metricCount = 2

    init(_ model: Model, _ data: DataSet, augmentation: Augmentation = .none, isStreamed: Bool = false) {
        self.model = model
        input = SampleInput(data, augmentation)
        self.isStreamed = isStreamed
        targets = data.targetArray.type
    }

    init(_ model: Model, _ input: SampleInput, isStreamed: Bool) {
        self.model = model
        self.input = input
        self.isStreamed = isStreamed
        targets = nil
    }

    /// Forward, loss, backward; gradients are left for the optimizer and statistics for the commit.
    func training(batch: Int, loss: Loss) throws(ShapeError) -> Graph {
        var (context, x, indices) = try start(batch, mode: .training)
        let output = try model.apply(to: x, in: &context)
        let mean = try measure(output, indices, loss, &context)
        let parameters = context.graph.leaves
            .compactMap { value, leaf in if case .parameter(let index) = leaf { (index, value) } else { nil } }
            .sorted { $0.0 < $1.0 }.map(\.1)
        for (index, gradient) in try context.graph.gradients(of: mean, for: parameters).enumerated() {
            // A parameter that the loss does not depend on has a gradient of zero.
            let value = if let gradient { gradient } else {
                try context.graph.pointwise(shape: context.graph.parameters[index].type.shape) { $0.constant(0) }
            }
            try context.graph.leave(value, at: .gradient(index))
        }
        return context.graph
    }

    func evaluation(batch: Int, loss: Loss) throws(ShapeError) -> Graph {
        var (context, x, indices) = try start(batch, mode: .inference)
        let output = try model.apply(to: x, in: &context)
        _ = try measure(output, indices, loss, &context)
        return context.graph
    }

    func prediction(batch: Int) throws(ShapeError) -> Graph {
        var (context, x, _) = try start(batch, mode: .inference)
        let output = try model.apply(to: x, in: &context)
        try context.graph.leave(output, at: .output(0))
        return context.graph
    }

    /// A batch of the data set, and which rows it has.
    private func start(_ batch: Int, mode: Mode) throws(ShapeError) -> (LayerContext, x: Value, indices: Value) {
        var graph = Graph()
        graph.scope = "batch"
        let layout = model.sampleLayout(of: input.features.shape.withoutFirst)
        var type = layout.deviceType(input.features)
        if isStreamed { type.shape.extents[0] = batch }
        let data = graph.external("features", type)
        // Where only the batch is there, its rows are 0, 1, 2, …
        let rows = isStreamed ? graph.external("rows", TensorType([batch], .int32)) : nil
        let indices = try graph.apply(BatchIndices(count: batch), [])[0]
        let samples = try input.batch(data, rows ?? indices, layout, augments: mode == .training, in: &graph)
        var context = LayerContext(graph, mode: mode)
        let x = try model.input(
            samples, ofSamples: input.features.shape.withoutFirst, channelsLast: layout == .channelsLast, in: &context)
        return (context, x, indices)
    }

    /// Leaves the metrics and gives the number that training makes small.
    private func measure(
        _ output: Value, _ indices: Value, _ loss: Loss, _ context: inout LayerContext
    ) throws(ShapeError) -> Value {
        guard let targets else { preconditionFailure("a loss needs targets") }
        context.graph.scope = "batch"
        let table = context.graph.external("targets", targets)
        let wanted = try context.graph.apply(Gather(), [table, indices])[0]
        let (objective, lossSum, measureSum) = try loss.batch(output, wanted, in: &context.graph)
        try context.graph.leave(lossSum, at: .metric(0))
        try context.graph.leave(measureSum, at: .metric(1))
        return objective
    }
}

extension DataSet {
    /// Labels or values, as they go to a device.
    var targetArray: HostArray {
        switch targets {
        case .classes(let labels, _): labels
        case .values(let values, _): values
        }
    }
}
