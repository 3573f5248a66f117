internal import CMartletCPU
import MartletBackend
import MartletOps

extension Conv2DWeightGradient: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) {
        var arguments = extents(launch.operands.map(\.type)).raw(MARTLET_CONV2D_WEIGHT_GRADIENT)
        arguments.x = UnsafePointer(builder.floats(launch.operands[0]))
        arguments.dy = UnsafePointer(builder.floats(launch.operands[1]))
        arguments.dweights = builder.floats(launch.results[0])
        builder.addConvolution(arguments)
    }
}
