import MartletBackend
import MartletConformance
import MartletCore
import MartletGraph
import MartletOps
import Testing

/// Operations that are made of others, through whole plans: the CPU path near the Float64 formula, and every OpenCL
/// device equal to the CPU path, with passes and without.
@Suite struct CompositeTests {
    static let samples = everyComposite.flatMap { $0.samples }

    @Test func theCPUPathAgreesWithTheOracle() throws {
        for sample in Self.samples {
            let data = SampleData(sample, resultTypes: try sample.resultTypes())
            for (result, truth) in zip(try run(sample, data, ConformanceTests.cpu[1]), sample.oracle(data)) {
                let scale = truth.map(\.magnitude).max() ?? 0
                for (value, expected) in zip(result.floats, truth) {
                    #expect((Double(value) - expected).magnitude <= 1e-5 * max(scale, 1e-3), "\(sample.operation) '\(sample.label)'")
                }
            }
        }
    }

    @Test func everyDeviceGivesTheSameBitsFusedOrNot() throws {
        for sample in Self.samples {
            let data = SampleData(sample, resultTypes: try sample.resultTypes())
            let expected = try run(sample, data, ConformanceTests.cpu[0])
            for device in ConformanceTests.cpu.prefix(2) {
                let unfused = try run(sample, data, device, passes: [])
                #expect(zip(expected, unfused).allSatisfy { sameBits($0, $1) }, "\(sample.operation) '\(sample.label)' unfused")
            }
            for device in ConformanceTests.openCL {
                let results = try run(sample, data, device)
                #expect(zip(expected, results).allSatisfy { sameBits($0, $1) }, "\(sample.operation) '\(sample.label)' on \(device.name)")
            }
        }
    }

    /// Results, and gradients of the sum of the first one's squares.
    private func run(
        _ sample: Sample, _ data: SampleData, _ device: any Device, passes: Set<Pass> = Set(Pass.allCases)
    ) throws -> [HostArray] {
        var graph = Graph()
        let leaves = sample.operands.enumerated().map { graph.external("operand \($0)", $1) }
        let results = try graph.apply(sample.operation, leaves)
        for (place, result) in results.enumerated() { try graph.leave(result, at: .output(place)) }
        let loss = try graph.reduce(.sum, try graph.apply(.square, results[0]))
        for (place, gradient) in try graph.gradients(of: loss, for: leaves).enumerated() {
            if let gradient { try graph.leave(gradient, at: .output(results.count + place)) }
        }
        return try graph.outputs(for: data.operands, on: device, passes: passes)
    }
}
