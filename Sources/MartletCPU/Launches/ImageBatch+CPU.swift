internal import CMartletCPU
import MartletBackend
import MartletOps

extension ImageBatch: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) {
        let (table, indices) = (launch.operands[0], launch.operands[1])
        var arguments = martlet_image_batch_arguments()
        arguments.augmentation = settings(table.type.shape)
        arguments.table = UnsafePointer(builder.memory.address(table).assumingMemoryBound(to: UInt8.self))
        arguments.table_rows = table.type.shape[0]
        arguments.indices = UnsafePointer(builder.integers(indices))
        arguments.count = indices.type.elementCount
        arguments.statistics = UnsafePointer(builder.memory.keep(statistics))
        arguments.step = UnsafePointer(builder.memory.step)
        arguments.out = builder.floats(launch.results[0])
        let (kept, pool) = (builder.memory.keep([arguments]), builder.pool)
        builder.add { martlet_image_batch(pool.kernels, pool.raw, kept) }
    }
}
