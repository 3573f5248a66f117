internal import CMartletCPU
import MartletBackend
import MartletOps

extension Conv2DInputGradient: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let extents = extents(launch.operands.map(\.type))
        var arguments = extents.raw(MARTLET_CONV2D_INPUT_GRADIENT)
        arguments.dy = UnsafePointer(builder.floats(launch.operands[0]))
        arguments.weights = UnsafePointer(builder.floats(launch.operands[1]))
        arguments.dx = builder.floats(launch.results[0])
        let epilogue = try builder.epilogue(
            epilogue, of: launch, rows: extents.inputShape.elementCount / extents.channels, columns: extents.channels)
        builder.addConvolution(arguments, epilogue)
    }
}
