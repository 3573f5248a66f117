internal import CMartletCPU
import MartletBackend
import MartletOps

extension Update: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) {
        let health = HealthRecord(launch.operands[1], in: builder)
        let memory = builder.memory
        var arguments = martlet_update_arguments()
        let name = memory.keep(rule.name.utf8CString.map { $0 })
        arguments.rule = UnsafePointer(name)
        guard Int(martlet_update_states(name)) == rule.stateCount else {
            preconditionFailure("Kernels/Shared/optimizer.h has no rule '\(rule.name)' of \(rule.stateCount) states")
        }
        arguments.gradients = UnsafePointer(builder.floats(launch.operands[0]))
        arguments.parameters = builder.floats(launch.results[0])
        let states = launch.results.dropFirst().map { Optional(builder.floats($0)) } + [nil, nil, nil]
        arguments.states = (states[0], states[1], states[2])
        let count = launch.operands[0].type.elementCount
        precondition(
            segments.allSatisfy { $0.offset >= 0 && $0.count >= 0 && $0.offset + $0.count <= count },
            "a segment lies beyond the \(count) elements of the arena")
        let table = segments.map {
            martlet_segment(begin: $0.offset, count: $0.count, rate_scale: $0.rateScale, decay_scale: $0.decayScale)
        }
        arguments.segments = UnsafePointer(memory.keep(table))
        arguments.segment_count = table.count
        arguments.step = UnsafePointer(memory.step)
        let (kept, pool) = (memory.keep([arguments]), builder.pool)
        builder.add { if health.isSound { _ = martlet_update(pool.kernels, pool.raw, kept) } }
    }
}
