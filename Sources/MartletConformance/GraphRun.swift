import MartletBackend
import MartletCore
import MartletGraph
import MartletOps

extension Graph {
    /// The outputs of a graph whose leaves are externals, computed once on a device.
    ///
    /// - Parameters:
    ///   - externals: the leaves' elements, in their order.
    ///   - passes: rewrites of the plan; they change no bits.
    public func run(
        on device: any Device, _ externals: [HostArray], passes: Set<Pass> = Set(Pass.allCases),
        step: StepParameters = StepParameters(seed: 1)
    ) throws -> [HostArray] {
        let plan = try Plan(self, passes: passes, largestBuffer: device.largestBuffer)
        var regions: [Region: any Buffer] = [:]
        for (region, size) in plan.program.regionSizes {
            if case .external(let index) = region {
                let buffer = try device.makeBuffer(externals[index].dtype, count: max(1, size), purpose: "leaf \(index)")
                try buffer.write(externals[index], at: 0)
                regions[region] = buffer
            } else {
                regions[region] = try device.makeBuffer(.float32, count: max(1, size), purpose: "\(region)")
            }
        }
        let executable = try device.prepare(plan.program, regions: regions)
        try executable.run(step)
        try device.finish()
        let types = destinations
            .compactMap { value, destination in
                if case .output(let index) = destination { (index, type(of: value)) } else { nil }
            }
            .sorted { $0.0 < $1.0 }.map(\.1)
        guard let results = regions[.outputs] else { return [] }
        var outputs: [HostArray] = []
        for (type, offset) in zip(types, plan.outputs.offsets) { outputs.append(try results.read(type, at: offset)) }
        return outputs
    }
}
