import MartletBackend
import MartletCore
import MartletOps

extension LaunchBuilder {
    /// `conv2d_tiles.cl`, over weights packed as panels and images with a border.
    mutating func registerTiles(_ p: PixelProduct, _ tile: ConvolutionTile) {
        let (groups, fold, forward) = (p.extents.groups, p.fold, p.forwardWindow)
        let (down, across) = (p.extents.window.height, p.extents.window.width)
        let foldedWidth = across.size + (fold - 1) * across.stride
        let panels = fold == 1 ? tiles(p.columns, of: 16 * tile.columns) : 1
        let padded = panels * 16 * tile.columns
        let rows = groups * down.size * foldedWidth * p.depth
        let packed = scratch(rows * padded)
        launch(
            KernelSource("conv2d_pack.cl", defines: ["TURNED=\(p.isGradient ? 1 : 0)"]), "conv2d_pack",
            [.memory(memory(p.launch.operands[1])), .memory(packed)]
                + [down.size, across.size, p.depth, p.columns, groups, padded, fold, across.stride].map { .word($0) },
            global: NDRange(rows), local: NDRange(1))
        let borders = if let forward {
            (
                AxisBorder(forward.down, extent: p.source.height, places: p.target.height),
                AxisBorder(forward.across, extent: p.source.width, places: p.target.width)
            )
        } else {
            (
                AxisBorder(gradientOf: down, extent: p.target.height, places: p.source.height),
                AxisBorder(gradientOf: across, extent: p.target.width, places: p.source.width)
            )
        }
        let source = bordered(
            memory(p.launch.operands[0]), images: p.extents.images, size: p.source, channels: groups * p.depth, borders.0, borders.1)
        let window: [KernelArgument] = if let forward {
            [
                p.source.height, p.source.width, p.target.height, p.target.width / fold, down.size, foldedWidth,
                forward.down.stride, fold * forward.across.stride, down.dilation, across.dilation, forward.down.before,
                forward.across.before,
            ].map { .word($0) }
        } else {
            p.extents.window.arguments(over: p.extents.image)
        }
        let pixels = forward == nil ? p.pixels : p.extents.images * p.target.height * p.target.width / fold
        launch(
            KernelSource(
                "conv2d_tiles.cl",
                defines: tile.defines + ["GRADIENT=\(forward == nil ? 1 : 0)", "FOLDED=\(fold == 1 ? 0 : 1)"], expression: p.epilogue),
            "conv2d_tiles",
            [.memory(source.memory), .memory(packed), .memory(memory(p.launch.results[0]))]
                + [source.size.height, source.size.width, source.down.before, source.across.before].map { .word($0) } + window
                + [p.extents.images, p.depth, p.columns, groups, padded, fold].map { .word($0) } + epilogueArguments(p),
            global: NDRange(tiles(pixels, of: tile.rows), groups * panels, forward == nil ? p.classes : 1), local: NDRange(1, 1, 1))
    }

    /// `conv2d_groups.cl`.
    mutating func groupTiles(_ p: PixelProduct, _ tile: GroupTile) {
        let (source, weights) = (memory(p.launch.operands[0]), memory(p.launch.operands[1]))
        let reads = [
            "LEFT_READ=\(tile.read(offset: source.offset, strides: [p.depth]))",
            "RIGHT_READ=\(tile.read(offset: weights.offset, strides: [p.extents.groupOutputChannels]))",
        ]
        launch(
            KernelSource("conv2d_groups.cl", defines: [p.gradient] + tile.defines + reads, expression: p.epilogue), "conv2d_groups",
            [.memory(source), .memory(weights), .memory(memory(p.launch.results[0]))]
                + p.extents.window.arguments(over: p.extents.image)
                + [p.extents.images, p.depth, p.columns, p.extents.groups].map { .word($0) } + epilogueArguments(p),
            global: NDRange(
                16 * tiles(p.pixels, of: 16 * tile.rows), 16 * tiles(p.columns, of: 16 * tile.columns),
                p.extents.groups * p.classes),
            local: NDRange(16, 16, 1))
    }

    private func epilogueArguments(_ p: PixelProduct) -> [KernelArgument] {
        // Operand 0 is the sum.
        [.step] + p.epilogue.reads.map { .memory(memory(p.launch.operands[$0 + 1])) }
    }
}
