internal import CMartletCPU
import MartletBackend
import MartletOps

extension FiniteScan: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) {
        let (values, count) = (builder.floats(launch.operands[0]), launch.operands[0].type.elementCount)
        let health = HealthRecord(launch.results[0], in: builder)
        let (step, pool) = (builder.memory.step, builder.pool)
        builder.add {
            let index = martlet_first_non_finite(pool.kernels, pool.raw, values, count)
            if index >= 0 { health.mark(step: step.pointee.step, place: UInt32(index + 1)) }
        }
    }
}
