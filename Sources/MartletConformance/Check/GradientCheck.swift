import MartletBackend
import MartletCore
import MartletGraph
import MartletOps

/// Gradient rules against central differences in Float64, and every target's gradients against the analytic Float64 ones.
public func checkGradients(
    _ operations: OperationList, on targets: [CheckTarget], progress: (_ operation: String, _ sample: Int, _ of: Int) -> Void = { _, _, _ in }
) throws -> [OperationReport] {
    var reports: [OperationReport] = []
    for operation in operations.launched + operations.composites {
        let samples = operation.samples.filter { !$0.differentiable.isEmpty }
        guard !samples.isEmpty else { continue }
        var rules = OperationReport(operation: operation.name, target: "central differences")
        var rows = targets.map { OperationReport(operation: operation.name, target: $0.name) }
        for (place, sample) in samples.enumerated() {
            progress(operation.name, place, samples.count)
            guard let problem = try GradientProblem(sample) else {
                rules.add([sample.discrepancy("an operand has no gradient")])
                continue
            }
            rules.add(try sample.checkGradients())
            let analytic = try problem.analytic()
            for (index, target) in targets.enumerated() {
                var found: [Discrepancy] = []
                do {
                    let results = try problem.run(on: target.device)
                    let (worst, text) = problem.compare(results, analytic)
                    rows[index].worstError = max(rows[index].worstError, worst)
                    if let text { found.append(sample.discrepancy("\(text) on \(target.name)")) }
                } catch let error as DeviceError {
                    found.append(sample.discrepancy("\(error) on \(target.name)"))
                }
                rows[index].add(found)
            }
        }
        reports += [rules] + rows
    }
    return reports
}

/// The gradients of a sample: of a fixed random combination of its first result, so that no element's can hide.
struct GradientProblem {
    let sample: Sample
    let graph: Graph
    let inputs: [HostArray]
    let step: StepParameters

    /// Nil where an operand that should have a gradient has none.
    init?(_ sample: Sample) throws {
        let data = SampleData(sample, resultTypes: try sample.resultTypes())
        var graph = Graph()
        let leaves = sample.operands.enumerated().map { graph.external("operand \($0)", $1) }
        let result = try graph.apply(sample.operation, leaves)[0]
        let shape = graph.type(of: result).shape
        let weights = graph.external("weights", TensorType(shape))
        let loss = try graph.reduce(.sum, try graph.apply(.multiply, result, weights))
        let gradients = try graph.gradients(of: loss, for: sample.differentiable.map { leaves[$0] })
        try graph.leave(loss, at: .output(0))
        for (place, gradient) in gradients.enumerated() {
            guard let gradient else { return nil }
            try graph.leave(gradient, at: .output(1 + place))
        }
        let weightSample = Sample("weights of \(sample.label)", sample.operation, [TensorType(shape)])
        self.sample = sample
        self.graph = graph
        inputs = data.operands + SampleData(weightSample, resultTypes: []).operands
        step = data.step
    }

    func analytic() throws -> [[Double]] {
        try GraphOracle(graph).run(inputs.map { $0.dtype == .float32 ? $0.floats.map(Double.init) : $0.integers.map(Double.init) }, step)
    }

    func run(on device: any Device) throws -> [[Float]] {
        try graph.outputs(for: inputs, step: step, on: device, passes: []).map(\.floats)
    }

    /// Gradients are sums of products, so their tolerance is some times that of the values.
    func compare(_ results: [[Float]], _ analytic: [[Double]]) -> (worst: Double, text: String?) {
        var (worst, text) = (0.0, String?.none)
        for (place, operand) in sample.differentiable.enumerated() {
            let (got, expected) = (results[1 + place], analytic[1 + place])
            let tolerance = 10 * sample.tolerance * max(1e-3, expected.lazy.map(\.magnitude).max() ?? 0)
            for (index, (value, truth)) in zip(got, expected).enumerated() {
                let error = (Double(value) - truth).magnitude / tolerance
                guard !(error <= worst) else { continue }
                worst = error
                if !(error <= 1) { text = "gradient of operand \(operand)[\(index)] is \(value), expected \(truth)" }
            }
        }
        return (worst, text)
    }
}
