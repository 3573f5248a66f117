internal import CMartletCPU
import MartletBackend
import MartletOps

extension Conv2D: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let extents = extents(launch.operands.map(\.type))
        var arguments = extents.raw(MARTLET_CONV2D_FORWARD)
        arguments.x = UnsafePointer(builder.floats(launch.operands[0]))
        arguments.weights = UnsafePointer(builder.floats(launch.operands[1]))
        arguments.y = builder.floats(launch.results[0])
        let epilogue = try builder.epilogue(
            epilogue, of: launch, rows: extents.resultShape.elementCount / extents.outputChannels, columns: extents.outputChannels)
        builder.addConvolution(arguments, epilogue)
    }
}

extension LaunchBuilder {
    mutating func addConvolution(_ arguments: martlet_conv2d_arguments, _ epilogue: Epilogue? = nil) {
        let (memory, pool) = (memory, pool)
        let kept = memory.keep([arguments])
        kept.pointee.epilogue = epilogue?.function
        kept.pointee.epilogue_context = epilogue?.context
        // Scratch: the convolution's, then one piece for each worker's epilogue.
        let scratch = (martlet_conv2d_scratch_bytes(pool.kernels, kept, Int32(pool.threads)) + 63) / 64 * 64
        memory.needScratch(scratch + (epilogue?.scratchBytes ?? 0))
        add {
            kept.pointee.scratch = scratch > 0 ? memory.scratch : nil
            epilogue?.use(memory.scratch.map { $0 + scratch })
            martlet_conv2d(pool.kernels, pool.raw, kept)
        }
    }
}
