import MartletBackend
import MartletOps

extension Update: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        // On a processor enough to be worth a work-group: PoCL takes a seventh longer in blocks of 1024.
        let blocks = blocks(of: builder.deviceClass == .cpu ? 8192 : 1024)
        let states = launch.results.dropFirst().map { KernelArgument.memory(builder.memory($0)) }
        precondition(states.count <= 3, "an optimizer rule keeps at most three states")
        let source = KernelSource(
            "update.cl", defines: [builder.width, "RULE=\(rule.name)", "STATES=\(rule.stateCount)"])
        let group = builder.deviceClass == .cpu ? 1 : min(256, builder.device.context.device.largestWorkGroup)
        builder.launch(
            source, Self.name,
            [.memory(builder.memory(launch.results[0])), .memory(builder.memory(launch.operands[0]))] + states
                + Array(repeating: .absent, count: 3 - states.count)
                + [.memory(builder.memory(launch.operands[1])), .table(blocks.flatMap(\.self)), .step],
            global: NDRange(blocks.count * group), local: NDRange(group))
    }

    /// The segments in pieces that one work-group takes: offset, count, and the bits of both scales.
    private func blocks(of size: Int) -> [[UInt32]] {
        segments.flatMap { segment in
            stride(from: 0, to: segment.count, by: size).map { start in
                [
                    UInt32(segment.offset + start), UInt32(min(size, segment.count - start)), segment.rateScale.bitPattern,
                    segment.decayScale.bitPattern,
                ]
            }
        }
    }
}
