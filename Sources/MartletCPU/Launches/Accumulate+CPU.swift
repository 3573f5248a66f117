internal import CMartletCPU
import MartletBackend
import MartletOps

extension Accumulate: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) {
        let (metrics, sums) = (builder.floats(launch.operands[0]), builder.floats(launch.results[0]))
        let health = HealthRecord(launch.results[1], in: builder)
        let (count, step) = (launch.operands[0].type.elementCount, builder.memory.step)
        builder.add {
            if count > 0, !metrics[0].isFinite { health.mark(step: step.pointee.step, place: UInt32(Health.lossPlace)) }
            martlet_accumulate(metrics, count, sums)
        }
    }
}
