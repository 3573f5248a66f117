import MartletBackend
import MartletCore
import MartletOps

extension Conv2DInputGradient: OpenCLOperation {
    func encode(_ launch: Launch, in builder: inout LaunchBuilder) throws(DeviceError) {
        let extents = extents(launch.operands.map(\.type))
        let shape = extents.inputShape
        let extra = launch.operands.dropFirst(2)
        let expression = ExpressionSource(
            epilogue, [nil] + extra.map { Optional($0.type.shape) }, whole: shape, split: shape.rank - 1)
        let product = PixelProduct(launch: launch, extents: extents, isGradient: true, epilogue: expression)
        switch builder.variant(for: ConvolutionTask(.inputGradient, extents)) {
        case .plain: break
        case .registers(let tile): return builder.registerTiles(product, tile)
        case .groups(let tile): return builder.groupTiles(product, tile)
        }
        let source = KernelSource(
            "conv2d_input_gradient.cl", defines: [builder.width, extents.depthwise], expression: expression)
        var weights = builder.memory(launch.operands[1])
        let count = extents.weightShape.elementCount
        // The turned weights of a depthwise convolution are the weights, as are those of single numbers.
        if !extents.isDepthwise {
            let turned = builder.scratch(count)
            let turn = KernelSource("conv2d_input_gradient.cl", defines: [builder.width, extents.depthwise])
            builder.launch(
                turn, "conv2d_turn_weights",
                [
                    .memory(weights), .memory(turned), .word(window.count), .word(extents.groupChannels),
                    .word(extents.outputChannels),
                ], items: count)
            weights = turned
        }
        let sizes = extents.isDepthwise
            ? [extents.channels, extents.channels, extents.outputChannels, 1]
            : [extents.channels, extents.groupChannels, extents.outputChannels, extents.groupOutputChannels]
        let pixels = shape.elementCount / extents.channels
        builder.launch(
            source, Self.name,
            [.memory(builder.memory(launch.operands[0])), .memory(weights), .memory(builder.memory(launch.results[0]))]
                + window.arguments(over: extents.image) + [.word(pixels)] + sizes.map { .word($0) } + [.step]
                // Operand 0 is the gradient.
                + expression.reads.map { .memory(builder.memory(launch.operands[$0 + 1])) },
            items: pixels, extents.kernelGroups * builder.vectors(extents.channels / extents.kernelGroups))
    }
}
