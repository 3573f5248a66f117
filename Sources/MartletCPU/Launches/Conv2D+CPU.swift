internal import CMartletCPU
import MartletBackend
import MartletOps

extension Conv2D: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let extents = extents(launch.operands.map(\.type))
        var arguments = extents.raw
        arguments.x = UnsafePointer(builder.floats(launch.operands[0]))
        arguments.weights = UnsafePointer(builder.floats(launch.operands[1]))
        arguments.y = builder.floats(launch.results[0])
        let epilogue = try builder.epilogue(
            epilogue, of: launch, rows: extents.resultShape.elementCount / extents.outputChannels, columns: extents.outputChannels)
        builder.addConvolution(arguments, epilogue, martlet_conv2d)
    }
}

extension LaunchBuilder {
    /// One of the convolution's kernels, which share arguments and scratch.
    mutating func addConvolution(
        _ arguments: martlet_conv2d_arguments, _ epilogue: Epilogue?,
        _ kernel: @escaping (OpaquePointer?, OpaquePointer?, UnsafePointer<martlet_conv2d_arguments>?) -> Void
    ) {
        let (memory, pool) = (memory, pool)
        let kept = memory.keep([arguments])
        kept.pointee.epilogue = epilogue?.function
        kept.pointee.epilogue_context = epilogue?.context
        memory.needScratch(epilogue?.scratchBytes ?? 0)
        add {
            epilogue?.use(memory.scratch)
            kernel(pool.kernels, pool.raw, kept)
        }
    }
}
