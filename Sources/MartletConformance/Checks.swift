import MartletBackend
import MartletCore
import MartletGraph
import MartletOps
import MartletReference

/// What is wrong with an operation on a device, in words.
public struct Discrepancy: Sendable, CustomStringConvertible {
    public let operation: String
    public let sample: String
    public let text: String

    public var description: String { "\(operation) '\(sample)': \(text)" }
}

extension Sample {
    private func discrepancy(_ text: String) -> Discrepancy {
        Discrepancy(operation: type(of: operation).name, sample: label, text: text)
    }

    /// Compares a device with the Float64 oracle, within the sample's tolerance.
    public func checkAccuracy(on device: some Device) throws -> Discrepancy? {
        let data = SampleData(self, resultTypes: try resultTypes())
        let results = try run(on: device, data)
        for (place, (result, expected)) in zip(results, oracle(data)).enumerated() {
            let values = result.dtype == .float32 ? result.floats.map(Double.init) : result.integers.map(Double.init)
            let scale = expected.lazy.filter(\.isFinite).map(\.magnitude).max() ?? 0
            let isSpecial = fillings.contains(.special)
            for (index, (value, truth)) in zip(values, expected).enumerated() {
                // Beyond float32 and in its subnormal range the oracle's exactness is no yardstick; parity is.
                if isSpecial && (truth.magnitude > 1e37 || truth.magnitude < 1e-37 || !truth.isFinite || !value.isFinite) { continue }
                // Nor is it where a factor was that small before another, huge one came to it.
                if isSpecial && truth.magnitude < 1e-37 * largestOperand(data, index) { continue }
                let reference = isSpecial ? truth.magnitude : max(scale, truth.magnitude)
                if truth.isNaN && value.isNaN || truth == value { continue }
                if !((value - truth).magnitude <= tolerance * reference + 1e-30) {
                    return discrepancy("result \(place)[\(index)] is \(value), expected \(truth) (within \(tolerance * reference))")
                }
            }
        }
        return nil
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
        let data = SampleData(self, resultTypes: try resultTypes())
        // The loss is a fixed random combination of the first result, so that no element's gradient can hide.
        var graph = Graph()
        let leaves = operands.enumerated().map { graph.external("operand \($0)", $1) }
        let result = try graph.apply(operation, leaves)[0]
        let shape = graph.type(of: result).shape
        let weights = graph.external("weights", TensorType(shape))
        let loss = try graph.reduce(.sum, try graph.apply(.multiply, result, weights))
        let gradients = try graph.gradients(of: loss, for: differentiable.map { leaves[$0] })
        try graph.leave(loss, at: .output(0))
        for (place, gradient) in gradients.enumerated() {
            guard let gradient else { return [discrepancy("operand \(differentiable[place]) has no gradient")] }
            try graph.leave(gradient, at: .output(1 + place))
        }
        let weightData = SampleData(Sample("weights of \(label)", operation, [TensorType(shape)]), resultTypes: []).operands[0]
        let oracle = try GraphOracle(graph)
        var inputs = (data.operands + [weightData]).map { $0.dtype == .float32 ? $0.floats.map(Double.init) : $0.integers.map(Double.init) }
        let analytic = oracle.run(inputs, data.step)

        var found: [Discrepancy] = []
        for (place, operand) in differentiable.enumerated() {
            // A spread of elements: all of a small operand, the ends and some between of a large one.
            let stride = max(1, (inputs[operand].count - 1) / 11)
            for index in Swift.stride(from: 0, to: inputs[operand].count, by: stride) {
                let (step, kept) = (1e-6, inputs[operand][index])
                inputs[operand][index] = kept + step
                let above = oracle.run(inputs, data.step)[0][0]
                inputs[operand][index] = kept - step
                let below = oracle.run(inputs, data.step)[0][0]
                inputs[operand][index] = kept
                let numeric = (above - below) / (2 * step)
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
        let outputs = graph.destinations.compactMap { value, destination in
            if case .output(let index) = destination { (index, graph.type(of: value)) } else { nil }
        }
        outputTypes = outputs.sorted { $0.0 < $1.0 }.map(\.1)
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
