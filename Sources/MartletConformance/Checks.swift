import MartletBackend
import MartletCore
import MartletGraph
import MartletOps
import MartletReference

/// What is wrong with an operation on a device, in words.
public struct Discrepancy: Sendable, CustomStringConvertible {
    /// Its name in the table.
    public let operation: String
    /// The label of the sample.
    public let sample: String
    /// What was expected and what was found, with the first element that differs.
    public let text: String

    public var description: String { "\(operation) '\(sample)': \(text)" }
}

extension Sample {
    func discrepancy(_ text: String) -> Discrepancy {
        Discrepancy(operation: type(of: operation).name, sample: label, text: text)
    }

    /// Compares a device with the Float64 oracle, within the sample's tolerance.
    public func checkAccuracy(on device: some Device) throws -> Discrepancy? {
        let data = SampleData(self, resultTypes: try resultTypes())
        return accuracy(of: try run(on: device, data), oracle(data), data).text.map(discrepancy)
    }

    /// The largest error as a multiple of the tolerance, and what to say of the first that is above it.
    func accuracy(of results: [HostArray], _ oracle: [[Double]], _ data: SampleData) -> (worst: Double, text: String?) {
        var (worst, text) = (0.0, String?.none)
        let isSpecial = fillings.contains(.special)
        for (place, (result, expected)) in zip(results, oracle).enumerated() {
            let values = result.dtype == .float32 ? result.floats.map(Double.init) : result.integers.map(Double.init)
            let scale = expected.lazy.filter(\.isFinite).map(\.magnitude).max() ?? 0
            for (index, (value, truth)) in zip(values, expected).enumerated() {
                // Beyond float32 and in its subnormal range the oracle's exactness is no yardstick; parity is.
                if isSpecial && (truth.magnitude > 1e37 || truth.magnitude < 1e-37 || !truth.isFinite || !value.isFinite) { continue }
                // Nor is it where a factor was that small before another, huge one came to it.
                if isSpecial && truth.magnitude < 1e-37 * largestOperand(data, index) { continue }
                if truth.isNaN && value.isNaN || truth == value { continue }
                let bound = tolerance * (isSpecial ? truth.magnitude : max(scale, truth.magnitude)) + 1e-30
                let error = (value - truth).magnitude / bound
                if !(error <= worst) { worst = error.isNaN ? .infinity : error }
                if !(error <= 1), text == nil {
                    text = "result \(place)[\(index)] is \(value), expected \(truth) (within \(bound))"
                }
            }
        }
        return (worst, text)
    }

    /// The largest finite magnitude among the elements of the operands at an index.
    private func largestOperand(_ data: SampleData, _ index: Int) -> Double {
        data.operands.lazy
            .filter { $0.dtype == .float32 && index < $0.count }
            .map { Double($0.floats[index].magnitude) }
            .filter(\.isFinite).max() ?? 1
    }

    /// Compares two devices bit for bit.
    public func checkParity(_ first: some Device, _ second: some Device) throws -> Discrepancy? {
        let data = SampleData(self, resultTypes: try resultTypes())
        let results = (try run(on: first, data), try run(on: second, data))
        for (place, (a, b)) in zip(results.0, results.1).enumerated() where !sameBits(a, b) {
            if let index = firstDifference(a.floats, b.floats), index < a.floats.count {
                return discrepancy("result \(place)[\(index)]: \(a.floats[index]) on \(first.name), \(b.floats[index]) on \(second.name)")
            }
            return discrepancy("result \(place) differs between \(first.name) and \(second.name)")
        }
        return nil
    }

    /// Compares the gradient rules with central differences, both in Float64 (step 1e-6, atol 1e-5, rtol 1e-3).
    public func checkGradients() throws -> [Discrepancy] {
        guard !differentiable.isEmpty else { return [] }
        guard let problem = try GradientProblem(self) else { return [discrepancy("an operand has no gradient")] }
        let oracle = try GraphOracle(problem.graph)
        let step = problem.step
        var inputs = problem.inputs.map { $0.dtype == .float32 ? $0.floats.map(Double.init) : $0.integers.map(Double.init) }
        let analytic = oracle.run(inputs, step)

        var found: [Discrepancy] = []
        for (place, operand) in differentiable.enumerated() {
            // A spread of elements: all of a small operand, the ends and some between of a large one.
            let stride = max(1, (inputs[operand].count - 1) / 11)
            for index in Swift.stride(from: 0, to: inputs[operand].count, by: stride) {
                let (distance, kept) = (1e-6, inputs[operand][index])
                inputs[operand][index] = kept + distance
                let above = oracle.run(inputs, step)[0][0]
                inputs[operand][index] = kept - distance
                let below = oracle.run(inputs, step)[0][0]
                inputs[operand][index] = kept
                let numeric = (above - below) / (2 * distance)
                let value = analytic[1 + place][index]
                if !((numeric - value).magnitude <= 1e-5 + 1e-3 * max(numeric.magnitude, value.magnitude)) {
                    found.append(discrepancy("gradient of operand \(operand)[\(index)] is \(value), differences give \(numeric)"))
                    break
                }
            }
        }
        return found
    }
}

/// Evaluates a graph in Float64 without rounding anything to float32 in between.
public struct GraphOracle: Sendable {
    private let plan: Plan
    private let outputTypes: [TensorType]

    /// - Parameter graph: leaves are externals; results are its outputs.
    public init(_ graph: Graph) throws {
        plan = try Plan(graph, passes: [])
        outputTypes = graph.outputTypes
    }

    /// The outputs for given externals.
    public func run(_ externals: [[Double]], _ step: StepParameters) -> [[Double]] {
        var memory: [Region: [Double]] = plan.program.regionSizes.mapValues { Array(repeating: 0, count: $0) }
        for (index, values) in externals.enumerated() { memory[.external(index)] = values }
        for launch in plan.program.launches {
            func tensor(_ slot: Slot) -> OracleTensor {
                OracleTensor(slot.type, Array(memory[slot.region]![slot.offset ..< slot.offset + slot.type.elementCount]))
            }
            var results = launch.results.map(tensor)
            launch.operation.evaluate(launch.operands.map(tensor), into: &results, step: step)
            for (slot, result) in zip(launch.results, results) {
                memory[slot.region]!.replaceSubrange(slot.offset ..< slot.offset + result.values.count, with: result.values)
            }
        }
        return zip(plan.outputs.offsets, outputTypes).map { offset, type in
            Array(memory[.outputs]![offset ..< offset + type.elementCount])
        }
    }
}

/// Every sample of every operation, composites and views excluded: they are never launched.
public let everySample: [Sample] = everyOperation.types.flatMap { $0.samples }
