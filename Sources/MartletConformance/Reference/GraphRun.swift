import MartletBackend
import MartletCore
import MartletGraph
import MartletOps

extension Graph {
    /// Runs the graph once and gives its outputs in order; the leaves are externals.
    ///
    /// - Parameter passes: rewrites; none keep the kernels to those that every graph shares.
    public func outputs(
        for externals: [HostArray], step: StepParameters = StepParameters(), on device: any Device,
        passes: Set<Pass> = Set(Pass.allCases)
    ) throws -> [HostArray] {
        let plan = try Plan(self, passes: passes, largestBuffer: device.largestBuffer)
        var regions: [Region: any Buffer] = [:]
        for (index, array) in externals.enumerated() {
            let buffer = try device.makeBuffer(array.dtype, count: array.count, purpose: self.externals[index].name)
            try buffer.write(array, at: 0)
            regions[.external(index)] = buffer
        }
        for (index, words) in plan.workspaces.enumerated() {
            regions[.workspace(index)] = try device.makeBuffer(.float32, count: words, purpose: "intermediate values")
        }
        let results = try device.makeBuffer(.float32, count: plan.outputs.total, purpose: "results")
        regions[.outputs] = results
        let executable = try device.prepare(plan.program, regions: regions)
        try executable.run(step)
        try device.finish()
        var arrays: [HostArray] = []
        for (offset, type) in zip(plan.outputs.offsets, outputTypes) { arrays.append(try results.read(type, at: offset)) }
        return arrays
    }

    /// The types of the outputs in order.
    var outputTypes: [TensorType] {
        destinations
            .compactMap { value, destination in
                if case .output(let index) = destination { (index, type(of: value)) } else { nil }
            }
            .sorted { $0.0 < $1.0 }.map(\.1)
    }
}
