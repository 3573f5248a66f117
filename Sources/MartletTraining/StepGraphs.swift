import MartletCore
import MartletData
import MartletGraph
import MartletNN
import MartletOps

/// The graphs of the steps over samples: batch by batch in training, evaluation and prediction.
struct StepGraphs {
    let model: Model
    let input: SampleInput
    /// How many samples a step finds on the device, of which it takes some; nil where it finds those of its batch.
    let residents: Int?
    /// Whether the rows of an epoch come from a table, drawn by the host.
    let isDrawn: Bool
    /// Nil where there is nothing to compare with.
    let targets: SampleFormat.Targets?

    /// Parts of the number that training makes small.
    enum Term { case all, data, l1, l2 }

    init(
        _ model: Model, _ data: any SampleSource, augmentation: Augmentation = .none, isStreamed: Bool = false, isDrawn: Bool = false
    ) {
        self.model = model
        let format = data.format
        input = SampleInput(format, augmentation)
        residents = isStreamed ? nil : data.count
        // Where batches are staged, the host takes the drawn rows.
        self.isDrawn = isDrawn && !isStreamed
        targets = format.targets
    }

    init(_ model: Model, _ input: SampleInput, residents: Int?) {
        self.model = model
        self.input = input
        self.residents = residents
        isDrawn = false
        targets = nil
    }

    /// Forward, loss, backward; gradients are left for the optimizer and statistics for the commit.
    ///
    /// - Parameters:
    ///   - penalised: which parameters the penalty is of, in graph order. Its sum over the samples is the last metric.
    ///   - frozen: names of tensors that stay as they are: they get no gradient and no penalty.
    ///   - term: for checks of the gradients, a part of the number that training makes small. It is left as the output then.
    func training(
        batch: Int, _ measures: Measures, penalty: Penalty = .none, of penalised: [Bool] = [], frozen: Set<String> = [],
        term: Term = .all
    ) throws(ShapeError) -> Graph {
        var (context, x, rows) = try start(batch, mode: .training, frozen: frozen)
        let output = try model.apply(to: x, in: &context)
        let mean = try measure(output, rows, measures, &context)
        let parameters = context.graph.leaves
            .compactMap { value, leaf in if case .parameter(let index) = leaf { (index, value) } else { nil } }
            .filter { index, _ in !frozen.contains(context.graph.parameters[index].name) }
            .sorted { $0.0 < $1.0 }
        var objective = mean
        let large = parameters.filter { index, _ in penalised.indices.contains(index) && penalised[index] }.map(\.1)
        if let value = try penalty.only(term).value(of: large, in: &context.graph) {
            objective = term == .all ? try context.graph.apply(.add, mean, value) : value
            let sum = try context.graph.pointwise([value]) { e in e.apply(.multiply, e.operand(0), e.constant(Float(batch))) }
            try context.graph.leave(sum, at: .metric(measures.count))
        }
        if term != .all { try context.graph.leave(objective, at: .output(0)) }
        let gradients = try context.graph.gradients(of: objective, for: parameters.map(\.1))
        for ((index, _), gradient) in zip(parameters, gradients) {
            // A parameter that the loss does not depend on has a gradient of zero.
            let value = if let gradient { gradient } else {
                try context.graph.pointwise(shape: context.graph.parameters[index].type.shape) { $0.constant(0) }
            }
            try context.graph.leave(value, at: .gradient(index))
        }
        return context.graph
    }

    /// The forward pass in training mode for its running statistics alone.
    func statistics(batch: Int) throws(ShapeError) -> Graph {
        var (context, x, _) = try start(batch, mode: .training)
        _ = try model.apply(to: x, in: &context)
        return context.graph
    }

    /// - Parameter leavesOutput: what the model gives is left too, as a prediction leaves it.
    func evaluation(batch: Int, _ measures: Measures, leavesOutput: Bool = false) throws(ShapeError) -> Graph {
        var (context, x, rows) = try start(batch, mode: .inference)
        let output = try model.apply(to: x, in: &context)
        _ = try measure(output, rows, measures, &context)
        if leavesOutput { try context.graph.leave(output, at: .output(0)) }
        return context.graph
    }

    func prediction(batch: Int) throws(ShapeError) -> Graph {
        var (context, x, _) = try start(batch, mode: .inference)
        let output = try model.apply(to: x, in: &context)
        try context.graph.leave(output, at: .output(0))
        return context.graph
    }

    /// A batch of the samples on the device, and which rows it has.
    func start(
        _ batch: Int, mode: Mode, frozen: Set<String> = []
    ) throws(ShapeError) -> (LayerContext, x: Value, rows: Value) {
        var graph = Graph()
        graph.scope = "batch"
        let layout = model.sampleLayout(of: input.sample.shape)
        let data = graph.external(
            "features", layout.deviceType(TensorType(input.sample.shape.prepending(residents ?? batch), input.sample.dtype)))
        // Where only the batch is there, its rows are 0, 1, 2, …
        var rows = residents == nil
            ? graph.external("rows", TensorType([batch], .int32)) : try graph.apply(BatchIndices(count: batch), [])[0]
        if isDrawn, let residents {
            rows = try graph.apply(Gather(), [graph.external("drawn rows", TensorType([residents], .int32)), rows])[0]
        }
        let samples = try input.batch(data, rows, layout, augments: mode == .training, in: &graph)
        var context = LayerContext(graph, mode: mode, frozen: frozen)
        let x = try model.input(
            samples, ofSamples: input.sample.shape, channelsLast: layout == .channelsLast, in: &context)
        return (context, x, rows)
    }

    /// Leaves the metrics and gives the number that training makes small.
    private func measure(
        _ output: Value, _ rows: Value, _ measures: Measures, _ context: inout LayerContext
    ) throws(ShapeError) -> Value {
        let wanted = try wanted(rows, batch: context.shape(output)[0], in: &context.graph)
        return try measures.leave(output, wanted, in: &context.graph)
    }

    /// The targets of a batch's rows.
    func wanted(_ rows: Value, batch: Int, in graph: inout Graph) throws(ShapeError) -> Value {
        guard let targets else { preconditionFailure("a loss needs targets") }
        graph.scope = "batch"
        let table = graph.external("targets", targets.type(count: residents ?? batch))
        return try graph.apply(Gather(), [table, rows])[0]
    }
}
