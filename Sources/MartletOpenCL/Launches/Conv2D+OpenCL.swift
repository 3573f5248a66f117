import MartletBackend
import MartletCore
import MartletOps

extension Conv2D: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let extents = extents(launch.operands.map(\.type))
        let shape = extents.resultShape
        let extra = launch.operands.dropFirst(2)
        let expression = ExpressionSource(
            epilogue, [nil] + extra.map { Optional($0.type.shape) }, whole: shape, split: shape.rank - 1)
        let product = PixelProduct(launch: launch, extents: extents, isGradient: false, epilogue: expression)
        switch builder.variant(for: ConvolutionTask(.forward, extents)) {
        case .plain: break
        case .registers(let tile): return builder.registerTiles(product, tile)
        case .groups(let tile): return builder.groupTiles(product, tile)
        }
        let pixels = shape.elementCount / extents.outputChannels
        let columns = extents.outputChannels / extents.kernelGroups
        builder.launch(
            KernelSource("conv2d.cl", defines: [builder.width, extents.depthwise], expression: expression), Self.name,
            [
                .memory(builder.memory(launch.operands[0])), .memory(builder.memory(launch.operands[1])),
                .memory(builder.memory(launch.results[0])),
            ] + window.arguments(over: extents.image) + [.word(pixels)] + extents.channelArguments + [.step]
                // Operand 0 is the convolution.
                + expression.reads.map { .memory(builder.memory(launch.operands[$0 + 1])) },
            items: pixels, extents.kernelGroups * builder.vectors(columns))
    }
}
