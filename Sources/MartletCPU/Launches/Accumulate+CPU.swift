import MartletBackend
import MartletOps

extension Accumulate: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) {
        let (metrics, sums) = (builder.floats(launch.operands[0]), builder.floats(launch.results[0]))
        let health = HealthRecord(launch.results[1], in: builder)
        let (count, step) = (launch.operands[0].type.elementCount, builder.memory.step)
        builder.add {
            if !metrics[0].isFinite { health.mark(step: step.pointee.step, place: UInt32(Health.lossPlace)) }
            for index in 0..<count {
                // Knuth's two-sum: what rounding takes from the sum is kept beside it.
                let (sum, value) = (sums[2 * index], metrics[index])
                let total = sum + value
                let part = total - sum
                sums[2 * index] = total
                sums[2 * index + 1] += (sum - (total - part)) + (value - part)
            }
        }
    }
}
