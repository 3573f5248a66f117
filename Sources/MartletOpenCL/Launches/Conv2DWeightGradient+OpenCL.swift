import MartletBackend
import MartletOps

extension Conv2DWeightGradient: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let extents = extents(launch.operands.map(\.type))
        let source = KernelSource("conv2d_weight_gradient.cl", defines: [builder.width, extents.depthwise])
        let (result, count) = (builder.memory(launch.results[0]), extents.weightShape.elementCount)
        let sums = extents.segments == 1 ? result : builder.scratch(extents.segments * count)
        builder.launch(
            source, Self.name,
            [.memory(builder.memory(launch.operands[0])), .memory(builder.memory(launch.operands[1])), .memory(sums)]
                + window.arguments(over: extents.image) + [.word(extents.images), .word(extents.segmentImages)]
                + extents.channelArguments,
            items: window.count * extents.groupChannels,
            extents.kernelGroups * builder.vectors(extents.outputChannels / extents.kernelGroups), extents.segments)
        guard extents.segments > 1 else { return }
        builder.launch(
            source, "conv2d_join_segments", [.memory(sums), .word(extents.segments), .memory(result), .word(count)],
            items: builder.vectors(count))
    }
}
