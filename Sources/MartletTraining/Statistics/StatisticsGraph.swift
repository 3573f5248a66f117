import MartletCore
import MartletGraph
import MartletNN
import MartletOps

/// The forward pass over a batch that leaves what is to be known of the layers; it changes nothing of the model.
struct StatisticsGraph {
    struct Layer {
        let name: String
        let activation: String?
        let values: DistributionOutputs
        let gradients: DistributionOutputs?
        let dead: Int?
        let saturated: Int?
    }

    let graph: Graph
    let layers: [Layer]
    /// The output that holds the sum of the losses.
    let loss: Int

    /// Activations that are zero for all inputs below some point.
    private static let resting: Set = ["relu", "hardswish"]
    private static let bounded: Set = ["tanh", "sigmoid"]

    /// Where the inner edges of histograms lie between the least and the greatest value: the graph's last external.
    static let fractions = HostArray([histogramBins - 1], (1..<histogramBins).map { Float($0) / Float(histogramBins) })

    /// - Parameters:
    ///   - mode: in training the statistics of batchNorm are those of the batch; the running ones stay.
    ///   - hasGradients: leaves the gradients of the loss by the layers' values too.
    init(_ steps: StepGraphs, batch: Int, loss: Loss, mode: Mode, hasGradients: Bool) throws(ShapeError) {
        let model = steps.model
        var (context, x, rows) = try steps.start(batch, mode: mode)
        var watched: [(name: String, activation: String?, value: Value)] = []
        var place = 0
        let output = try model.apply(to: x, in: &context) { _, value in
            let node = model.nodes[place]
            place += 1
            // What activations make of the layers before them, and the result.
            if node.layer.activation != nil || place == model.nodes.count {
                watched.append((node.name, node.layer.activation, value))
            }
        }
        let wanted = try steps.wanted(rows, batch: batch, in: &context.graph)
        let (objective, lossSum, _) = try loss.batch(output, wanted, in: &context.graph)
        var graph = context.graph
        graph.keepStates()
        let gradients = hasGradients ? try graph.gradients(of: objective, for: watched.map(\.value)) : []
        let fractions = graph.external("fractions", Self.fractions.type)

        var outputs = OutputCounter()
        graph.scope = "statistics"
        self.loss = try outputs.leave(lossSum, in: &graph)
        var layers: [Layer] = []
        for (number, layer) in watched.enumerated() {
            graph.scope = "statistics of \(layer.name)"
            let values = try graph.leaveDistribution(of: layer.value, fractions: fractions, &outputs)
            var gradientOutputs: DistributionOutputs?
            if hasGradients, let gradient = gradients[number] {
                gradientOutputs = try graph.leaveDistribution(of: gradient, fractions: fractions, &outputs)
            }
            var (dead, saturated): (Int?, Int?) = (nil, nil)
            if let activation = layer.activation, graph.type(of: layer.value).shape.rank > 1 {
                if Self.resting.contains(activation) {
                    dead = try outputs.leave(try graph.shareOfDead(layer.value), in: &graph)
                }
                if Self.bounded.contains(activation) {
                    saturated = try outputs.leave(
                        try graph.shareOfSaturated(layer.value, isTanh: activation == "tanh"), in: &graph)
                }
            }
            layers.append(Layer(
                name: layer.name, activation: layer.activation, values: values, gradients: gradientOutputs, dead: dead,
                saturated: saturated))
        }
        self.graph = graph
        self.layers = layers
    }
}
