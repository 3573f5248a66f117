import MartletBackend
import MartletOps

extension Conv2DWeightGradient: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let extents = extents(launch.operands.map(\.type))
        let source = KernelSource("conv2d_weight_gradient.cl", defines: [builder.width, extents.depthwise])
        let (result, count) = (builder.memory(launch.results[0]), extents.weightShape.elementCount)
        let sums = extents.segments == 1 ? result : builder.scratch(extents.segments * count)
        let arguments: [KernelArgument] =
            [.memory(builder.memory(launch.operands[0])), .memory(builder.memory(launch.operands[1])), .memory(sums)]
            + window.arguments(over: extents.image) + [.word(extents.images), .word(extents.segmentImages)]
            + extents.channelArguments
        let outputs = extents.groupOutputChannels
        if builder.deviceClass == .cpu, outputs >= 16, extents.groupChannels >= 4 {
            let vectors = outputs >= 32 ? 2 : 1
            let tiles = (rows: (extents.groupChannels + 7) / 8, columns: (outputs + 16 * vectors - 1) / (16 * vectors))
            builder.launch(
                KernelSource("conv2d_weight_tiles.cl", defines: ["TILE_VECTORS=\(vectors)"]), "conv2d_weight_tiles", arguments,
                global: NDRange(window.count * tiles.rows, groups * tiles.columns, extents.segments), local: NDRange(1, 1, 1))
        } else {
            builder.launch(
                source, Self.name, arguments, items: window.count * extents.groupChannels,
                extents.kernelGroups * builder.vectors(outputs * groups / extents.kernelGroups), extents.segments)
        }
        guard extents.segments > 1 else { return }
        builder.launch(
            source, "conv2d_join_segments", [.memory(sums), .word(extents.segments), .memory(result), .word(count)],
            items: builder.vectors(count))
    }
}
