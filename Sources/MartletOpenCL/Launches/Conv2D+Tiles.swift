import MartletBackend
import MartletCore
import MartletOps

extension LaunchBuilder {
    /// `conv2d_tiles.cl`: the convolution, or the gradient of its images, in register tiles on a processor.
    /// - Parameters:
    ///   - depth: channels of a group that are read.
    ///   - columns: channels of a group that are written.
    mutating func convolutionTiles(
        _ launch: Launch, _ extents: ConvolutionExtents, isGradient: Bool, depth: Int, columns: Int, _ expression: ExpressionSource
    ) {
        let (taps, groups) = (extents.window.count, extents.groups)
        let pixels = launch.results[0].type.elementCount / (groups * columns)
        guard pixels > 0 else { return }
        let vectors = columns <= 16 ? 1 : 2
        let padded = (columns + 16 * vectors - 1) / (16 * vectors) * 16 * vectors
        let defines = ["GRADIENT=\(isGradient ? 1 : 0)", "TILE_VECTORS=\(vectors)"]
        let packed = scratch(groups * taps * depth * padded)
        self.launch(
            KernelSource("conv2d_tiles.cl", defines: defines), "conv2d_pack",
            [
                .memory(memory(launch.operands[1])), .memory(packed), .word(taps), .word(depth), .word(columns), .word(groups),
                .word(padded),
            ], global: NDRange(groups * taps * depth), local: NDRange(1))
        self.launch(
            KernelSource("conv2d_tiles.cl", defines: defines, expression: expression), "conv2d_tiles",
            [
                .memory(memory(launch.operands[0])), .memory(packed), .memory(memory(launch.results[0])),
                .table([UInt32](repeating: 0, count: depth)),
            ] + extents.window.arguments(over: extents.image)
                + [pixels, depth, columns, groups, padded].map { .word($0) } + [.step]
                // Operand 0 is the sum.
                + expression.reads.map { .memory(memory(launch.operands[$0 + 1])) },
            global: NDRange((pixels + 7) / 8, groups * padded / (16 * vectors)), local: NDRange(1, 1))
    }
}
