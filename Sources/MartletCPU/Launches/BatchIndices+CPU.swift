internal import CMartletCPU
import MartletBackend
import MartletOps

extension BatchIndices: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) {
        let (out, step, count) = (builder.integers(launch.results[0]), builder.memory.step, count)
        builder.add { martlet_batch_indices(step, count, out) }
    }
}
