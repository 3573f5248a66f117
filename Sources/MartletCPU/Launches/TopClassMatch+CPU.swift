internal import CMartletCPU
import MartletBackend
import MartletOps

extension TopClassMatch: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let shape = launch.operands[0].type.shape
        let (scores, labels) = (builder.floats(launch.operands[0]), builder.integers(launch.operands[1]))
        let out = builder.floats(launch.results[0])
        let (rows, columns) = (shape[0], shape[1])
        let top = try builder.memory.room(rows, of: Int32.self, purpose: "the top classes")
        let pool = builder.pool
        builder.add {
            martlet_argmax(pool.kernels, pool.raw, scores, columns, rows, columns, top)
            for row in 0..<rows {
                // A NaN is the greatest value, and matches nothing; nor does a row without classes.
                let isNumber = columns > 0 && !scores[row * columns + Int(top[row])].isNaN
                out[row] = isNumber && top[row] == labels[row] ? 1 : 0
            }
        }
    }
}
