internal import CMartletCPU
import MartletBackend
import MartletOps

extension Conv2DWeightGradient: CPUOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) {
        let extents = extents(launch.operands.map(\.type))
        var arguments = extents.raw
        arguments.x = UnsafePointer(builder.floats(launch.operands[0]))
        arguments.dy = UnsafePointer(builder.floats(launch.operands[1]))
        arguments.dweights = builder.floats(launch.results[0])
        arguments.segment_images = extents.segmentImages
        builder.addConvolution(arguments, nil, martlet_conv2d_weight_gradient)
    }
}
