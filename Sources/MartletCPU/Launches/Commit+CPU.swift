internal import CMartletCPU
import MartletBackend
import MartletOps

extension Commit: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) {
        let health = HealthRecord(launch.operands[1], in: builder)
        let (staged, state) = (builder.memory.address(launch.operands[0]), builder.memory.address(launch.results[0]))
        let (bytes, pool) = (launch.operands[0].type.byteCount, builder.pool)
        builder.add { if health.isSound { martlet_copy(pool.raw, state, staged, bytes) } }
    }
}
