import MartletBackend
import MartletCore
import MartletOps

/// The convolution, or the gradient of its images, whose pixels are the rows of a product and whose channels are its columns.
struct PixelProduct {
    var launch: Launch
    var extents: ConvolutionExtents
    var isGradient: Bool
    var epilogue: ExpressionSource

    /// Channels of a group that are read, and those that are written.
    var depth: Int { isGradient ? extents.groupOutputChannels : extents.groupChannels }
    var columns: Int { isGradient ? extents.groupChannels : extents.groupOutputChannels }
    /// Classes of pixels (see `pixels.h`), and how many pixels the largest one, the first, has.
    var classes: Int { isGradient ? extents.window.height.stride * extents.window.width.stride : 1 }
    var pixels: Int {
        guard isGradient else { return extents.images * extents.result.height * extents.result.width }
        let (down, across) = (extents.window.height.stride, extents.window.width.stride)
        return extents.images * tiles(extents.image.height, of: down) * tiles(extents.image.width, of: across)
    }
    var gradient: String { "GRADIENT=\(isGradient ? 1 : 0)" }
}

extension LaunchBuilder {
    /// `conv2d_tiles.cl`, over weights packed as panels.
    mutating func registerTiles(_ p: PixelProduct, _ tile: ConvolutionTile) {
        let (taps, groups) = (p.extents.window.count, p.extents.groups)
        let panels = tiles(p.columns, of: 16 * tile.columns)
        let padded = panels * 16 * tile.columns
        let packed = scratch(groups * taps * p.depth * padded)
        let defines = [p.gradient] + tile.defines
        launch(
            KernelSource("conv2d_tiles.cl", defines: defines), "conv2d_pack",
            [.memory(memory(p.launch.operands[1])), .memory(packed)] + [taps, p.depth, p.columns, groups, padded].map { .word($0) },
            global: NDRange(groups * taps * p.depth), local: NDRange(1))
        launch(
            KernelSource("conv2d_tiles.cl", defines: defines, expression: p.epilogue), "conv2d_tiles",
            [
                .memory(memory(p.launch.operands[0])), .memory(packed), .memory(memory(p.launch.results[0])),
                .table([UInt32](repeating: 0, count: p.depth)),
            ] + p.extents.window.arguments(over: p.extents.image)
                + [p.extents.images, p.depth, p.columns, groups, padded].map { .word($0) } + epilogueArguments(p),
            global: NDRange(tiles(p.pixels, of: tile.rows), groups * panels, p.classes), local: NDRange(1, 1, 1))
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
