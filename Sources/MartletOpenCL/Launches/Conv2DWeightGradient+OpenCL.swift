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
        if !builder.addTiles(of: extents, launch, arguments) {
            builder.launch(
                source, Self.name, arguments, items: window.count * extents.groupChannels,
                extents.kernelGroups * builder.vectors(extents.outputChannels / extents.kernelGroups), extents.segments)
        }
        guard extents.segments > 1 else { return }
        builder.launch(
            source, "conv2d_join_segments", [.memory(sums), .word(extents.segments), .memory(result), .word(count)],
            items: builder.vectors(count))
    }
}

extension LaunchBuilder {
    /// The sums of the segments in tiles; false where those are not taken.
    fileprivate mutating func addTiles(of extents: ConvolutionExtents, _ gradient: Launch, _ arguments: [KernelArgument]) -> Bool {
        let (window, channels, outputs) = (extents.window, extents.groupChannels, extents.groupOutputChannels)
        switch variant(for: ConvolutionTask(.weightGradient, extents)) {
        case .plain: return false
        case .registers(var tile):
            let rows = window.width.size * channels
            // As even as can be, and no wider than a group.
            tile.rows = tiles(rows, of: tiles(rows, of: tile.rows))
            tile.columns = min(tile.columns, max(1, outputs / 16))
            launch(
                KernelSource("conv2d_weight_tiles.cl", defines: tile.defines + ["NARROW=\(outputs < 16 ? 1 : 0)"]),
                "conv2d_weight_tiles", arguments,
                global: NDRange(
                    window.height.size * tiles(rows, of: tile.rows), extents.groups * tiles(outputs, of: 16 * tile.columns),
                    extents.segments),
                local: NDRange(1, 1, 1))
        case .groups(let tile):
            let rows = window.count * channels
            let (images, upstream) = (memory(gradient.operands[0]), memory(gradient.operands[1]))
            let reads = [
                "LEFT_READ=\(tile.read(offset: images.offset, strides: [channels]))",
                "RIGHT_READ=\(tile.read(offset: upstream.offset, strides: [outputs]))",
            ]
            launch(
                KernelSource("conv2d_weight_groups.cl", defines: tile.defines + reads), "conv2d_weight_groups", arguments,
                global: NDRange(
                    16 * tiles(rows, of: 16 * tile.rows), 16 * tiles(outputs, of: 16 * tile.columns),
                    extents.groups * extents.segments),
                local: NDRange(16, 16, 1))
        }
        return true
    }
}
