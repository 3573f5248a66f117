internal import CMartletCPU
import MartletBackend
import MartletOps

extension Copy: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) {
        let (result, pool) = (builder.memory.address(launch.results[0]), builder.pool)
        if isFilling {
            let (words, count, word) = (result.assumingMemoryBound(to: UInt32.self), shape.elementCount, value.bitPattern)
            builder.add { martlet_fill(pool.raw, words, word, count) }
        }
        for (part, operand) in zip(parts, launch.operands) where part.elementCount > 0 {
            let axes = part.axes.map {
                martlet_copy_axis(extent: $0.extent, source_stride: $0.sourceStride, target_stride: $0.targetStride)
            }
            let (kept, count) = (builder.memory.keep(axes), axes.count)
            let from = UnsafeRawPointer(builder.memory.address(operand)) + 4 * part.source
            let to = result + 4 * part.target
            builder.add { martlet_copy_box(pool.raw, to, from, kept, Int32(count)) }
        }
    }
}
