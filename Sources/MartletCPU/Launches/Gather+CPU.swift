internal import CMartletCPU
import MartletBackend
import MartletOps

extension Gather: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) {
        let (table, indices) = (launch.operands[0], launch.operands[1])
        var arguments = martlet_gather_arguments()
        arguments.type = switch table.type.dtype {
        case .float32: MARTLET_TABLE_FLOAT32
        case .int32: MARTLET_TABLE_INT32
        case .uint8: MARTLET_TABLE_UINT8
        }
        arguments.table = UnsafeRawPointer(builder.memory.address(table))
        arguments.table_rows = table.type.shape[0]
        arguments.width = table.type.shape.withoutFirst.elementCount
        arguments.indices = UnsafePointer(builder.integers(indices))
        arguments.count = indices.type.elementCount
        arguments.divisor = divisor
        arguments.out = builder.memory.address(launch.results[0])
        let (kept, pool) = (builder.memory.keep([arguments]), builder.pool)
        builder.add { martlet_gather(pool.kernels, pool.raw, kept) }
    }
}

extension GatherGradient: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) {
        let (gradient, indices) = (builder.floats(launch.operands[0]), builder.integers(launch.operands[1]))
        let out = builder.floats(launch.results[0])
        let count = launch.operands[1].type.elementCount
        let width = launch.operands[0].type.shape.withoutFirst.elementCount
        let (rows, pool) = (rows, builder.pool)
        builder.add { martlet_gather_gradient(pool.kernels, pool.raw, gradient, indices, count, rows, width, out) }
    }
}
