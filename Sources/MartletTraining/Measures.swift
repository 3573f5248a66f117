import MartletCore
import MartletData
import MartletGraph
import MartletNN
import MartletOps

/// What a step adds up on the device: the loss, what goes with it, and the program's own metrics.
struct Measures {
    let loss: Loss
    let metrics: Set<Metric>
    let custom: [any CustomMetric]

    init(_ loss: Loss, metrics: Set<Metric> = [], custom: [any CustomMetric] = []) throws(TrainingError) {
        self.loss = loss
        self.metrics = metrics
        self.custom = custom
        guard custom.allSatisfy({ $0.sumCount >= 0 }), count <= Session.metricLimit else {
            throw .badOption("the metrics need \(count) sums together with the loss, and a step has at most \(Session.metricLimit)")
        }
        var names: Set<String> = []
        for metric in custom where !names.insert(metric.name).inserted {
            throw .badOption("two metrics are called '\(metric.name)'; give each its own name")
        }
    }

    /// The number of sums.
    var count: Int { 1 + (loss.measure == nil ? 0 : 1) + custom.reduce(0) { $0 + $1.sumCount } }

    /// Leaves a step's sums, and gives the number that training makes small.
    func leave(_ output: Value, _ targets: Value, in graph: inout Graph) throws(ShapeError) -> Value {
        let (objective, lossSum, measureSum) = try loss.batch(output, targets, in: &graph)
        var sums = [lossSum] + (measureSum.map { [$0] } ?? [])
        let batch = Shape([graph.type(of: output).shape[0]])
        for metric in custom {
            graph.scope = metric.name
            let values = try metric.values(output, targets, in: &graph)
            guard values.count == metric.sumCount, values.allSatisfy({ graph.type(of: $0) == TensorType(batch) }) else {
                throw ShapeError(
                    "metric '\(metric.name)'", expected: "\(metric.sumCount) values of \(TensorType(batch)), one number per sample",
                    found: values.map { graph.type(of: $0) })
            }
            for value in values { sums.append(try graph.reduce(.sum, value)) }
        }
        for (place, sum) in sums.enumerated() { try graph.leave(sum, at: .metric(place)) }
        return objective
    }

    /// - Parameter targets: of the whole data; nil where they came one after the other.
    func evaluation(_ sums: [Double], count: Int, targets: DataSet.Targets?) -> Evaluation {
        var evaluation = Evaluation(sums, count: count, loss: loss, metrics: metrics, targets: targets)
        guard !custom.isEmpty else { return evaluation }
        var rest = sums.dropFirst(loss.measure == nil ? 1 : 2)
        var results: [String: Double] = [:]
        for metric in custom {
            results[metric.name] = metric.result(Array(rest.prefix(metric.sumCount)), count: count)
            rest = rest.dropFirst(metric.sumCount)
        }
        evaluation.custom = results
        return evaluation
    }
}
