import MartletCore

/// The gradient of a convolution with respect to its weights.
///
/// Operands: images (n x h x w x channels), upstream (n x h' x w' x output channels). Result: kernel height x kernel width x
/// channels / groups x output channels.
/// Numeric order: segments of `imagesPerSegment` whole images, each one chain by image, output row and output column;
/// segment sums added in order.
public struct Conv2DWeightGradient: Operation {
    public static let name = "conv2d_weight_gradient"
    public static let summary = Summary(
        "the gradient of conv2d with respect to the weights",
        order: "segments of whole images, each one chain of fused multiply-adds by image, output row and output column; segment sums added in order")

    /// That of the forward pass.
    public var window: Window2D
    /// Those of the forward pass.
    public var groups: Int

    /// With the window and the groups of the forward pass.
    public init(_ window: Window2D, groups: Int = 1) {
        self.window = window
        self.groups = groups
    }

    /// - Precondition: the operands fit.
    public func extents(_ operands: [TensorType]) -> ConvolutionExtents {
        let (x, upstream) = (operands[0].shape, operands[1].shape)
        return ConvolutionExtents(
            images: x[0], image: Size2D(x[1], x[2]), channels: x[3], result: Size2D(upstream[1], upstream[2]),
            outputChannels: upstream[3], groups: groups, window: window)
    }

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        try requireConvolution(window, groups: groups, operands)
        let expected = "float32 images n x h x w x channels and gradients n x h' x w' x output channels of \(window), "
            + "where \(groups) groups divide both kinds of channels"
        try require(operands.count == 2 && operands.allSatisfy { $0.dtype == .float32 }, expected, operands)
        let (x, upstream) = (operands[0].shape, operands[1].shape)
        try require(
            x.rank == 4 && upstream.rank == 4 && x[0] == upstream[0] && x[3] > 0 && upstream[3] > 0 && x[3] % groups == 0
                && upstream[3] % groups == 0, expected, operands)
        let places = try requirePlaces(window, over: Size2D(x[1], x[2]), operands)
        try require(
            Size2D(upstream[1], upstream[2]) == places, "gradients n x \(places) x output channels for \(window)", operands)
        return [TensorType(extents(operands).weightShape)]
    }

    public func gradient(
        operands: [Value], results: [Value], upstream: [Value?], in graph: inout some GraphBuilder
    ) throws(ShapeError) -> [Value?] {
        let shape = graph.type(of: operands[0]).shape
        let input = Conv2DInputGradient(window, groups: groups, image: Size2D(shape[1], shape[2]))
        return [
            try graph.apply(input, [operands[1], upstream[0]!])[0],
            try graph.apply(Conv2D(window, groups: groups), [operands[0], upstream[0]!])[0],
        ]
    }

    public func cost(_ operands: [TensorType], _ results: [TensorType]) -> Cost {
        Cost(flops: 2 * extents(operands).multiplyAdds, operands, results)
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        var sums = [Double](repeating: 0, count: results[0].values.count)
        extents(operands.map(\.type)).forEachProduct { input, weight, result in
            sums[weight] += operands[0][input] * operands[1][result]
        }
        results[0].values = sums
    }

    public static var samples: [Sample] {
        ConvolutionSamples.all.map { sample in
            Sample(
                sample.label, Conv2DWeightGradient(sample.extents.window, groups: sample.extents.groups),
                [TensorType(sample.extents.inputShape), TensorType(sample.extents.resultShape)], [sample.isSpecial ? .special : .normal],
                differentiable: sample.isDifferentiable ? [0, 1] : [], tolerance: 2e-5)
        }
    }
}
