import MartletCore

/// The cross-correlation of images with a kernel, then an expression over the result.
///
/// Operands: images (n x h x w x channels), weights (kernel height x kernel width x channels / groups x output channels),
/// and what the epilogue reads, broadcast to the result. Result: n x h' x w' x output channels. Output channel o belongs to group
/// o / (output channels / groups), and reads the channels of that group alone.
/// Numeric order: one chain by kernel row, kernel column, channel within the group; taps outside the image add nothing.
public struct Conv2D: EpilogueOperation {
    public static let name = "conv2d"
    public static let summary = Summary(
        "the cross-correlation of images with a kernel (stride, padding, dilation, groups), then an expression over the result",
        order: "one chain of fused multiply-adds from zero: by kernel row, kernel column, channel within the group",
        source: "PyTorch Conv2d")

    /// The kernel's size, and how it moves.
    public var window: Window2D
    /// Divides the channels of the images and of the result.
    public var groups: Int
    /// Operand 0 is the convolution, operand 1 the launch's third operand, and so on.
    public var epilogue: Expression

    /// A convolution alone, or with an expression over its result.
    public init(_ window: Window2D, groups: Int = 1, epilogue: Expression = .identity) {
        self.window = window
        self.groups = groups
        self.epilogue = epilogue
    }

    /// - Precondition: the operands fit.
    public func extents(_ operands: [TensorType]) -> ConvolutionExtents {
        let (x, weights) = (operands[0].shape, operands[1].shape)
        let image = Size2D(x[1], x[2])
        return ConvolutionExtents(
            images: x[0], image: image, channels: x[3], result: window.places(image), outputChannels: weights[3], groups: groups,
            window: window)
    }

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        try requireConvolution(window, groups: groups, operands)
        let expected = "float32 images n x h x w x channels and weights "
            + "\(window.size) x channels / \(groups) x output channels, where \(groups) groups divide both kinds of channels"
        try require(operands.count >= 2 && operands.allSatisfy { $0.dtype == .float32 }, expected, operands)
        let (x, weights) = (operands[0].shape, operands[1].shape)
        try require(x.rank == 4 && weights.rank == 4 && x[3] > 0 && weights[3] > 0, expected, operands)
        try require(
            x[3] % groups == 0 && weights[3] % groups == 0 && Size2D(weights[0], weights[1]) == window.size && weights[2] == x[3] / groups,
            expected, operands)
        _ = try requirePlaces(window, over: Size2D(x[1], x[2]), operands)
        let result = extents(operands).resultShape
        try requireEpilogue(over: result, operands)
        return [TensorType(result)]
    }

    public func gradient(
        operands: [Value], results: [Value], upstream: [Value?], in graph: inout some GraphBuilder
    ) throws(ShapeError) -> [Value?] {
        precondition(epilogue == .identity, "gradients are taken before fusion")
        let (x, weights, dy) = (operands[0], operands[1], upstream[0]!)
        let shape = graph.type(of: x).shape
        let input = Conv2DInputGradient(window, groups: groups, image: Size2D(shape[1], shape[2]))
        return [
            try graph.apply(input, [dy, weights])[0],
            try graph.apply(Conv2DWeightGradient(window, groups: groups), [x, dy])[0],
        ]
    }

    public func cost(_ operands: [TensorType], _ results: [TensorType]) -> Cost {
        Cost(flops: 2 * extents(operands).multiplyAdds + results[0].elementCount * epilogue.operationCount, operands, results)
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        let extents = extents(operands.map(\.type))
        var sums = [Double](repeating: 0, count: extents.resultShape.elementCount)
        extents.forEachProduct { input, weight, result in sums[result] += operands[0][input] * operands[1][weight] }
        results[0].values = epilogue.evaluate(sums, Array(operands.dropFirst(2)), to: extents.resultShape, step: step)
    }

    public static var samples: [Sample] {
        ConvolutionSamples.samples(from: \.inputShape, to: \.resultShape) { extents, epilogue in
            Conv2D(extents.window, groups: extents.groups, epilogue: epilogue)
        }
    }
}
