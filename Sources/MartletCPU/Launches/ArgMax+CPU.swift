internal import CMartletCPU
import MartletBackend
import MartletOps

extension ArgMax: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) {
        let (values, out) = (builder.floats(launch.operands[0]), builder.integers(launch.results[0]))
        let (rows, columns) = (launch.results[0].type.elementCount, launch.operands[0].type.shape.last)
        let pool = builder.pool
        builder.add { martlet_argmax(pool.kernels, pool.raw, values, columns, rows, columns, out) }
    }
}
