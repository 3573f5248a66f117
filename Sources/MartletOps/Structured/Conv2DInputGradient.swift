import MartletCore

/// The gradient of a convolution with respect to its images, then an expression over the result: also called the
/// transposed convolution.
///
/// Operands: upstream (n x h' x w' x output channels), weights as for `Conv2D`, and what the epilogue reads. Result: n x
/// `image` x channels.
/// Numeric order: one chain by output row and output column, both increasing (so the kernel's decrease), then output
/// channel within the group.
public struct Conv2DInputGradient: EpilogueOperation {
    public static let name = "conv2d_input_gradient"
    public static let summary = Summary(
        "the gradient of conv2d with respect to the images, then an expression over it",
        order: "one chain of fused multiply-adds from zero: by output row and output column, both increasing, output channel within the group")

    /// That of the forward pass.
    public var window: Window2D
    /// Those of the forward pass.
    public var groups: Int
    /// Rows and columns of the images.
    public var image: Size2D
    /// Operand 0 is the gradient, operand 1 the launch's third operand, and so on.
    public var epilogue: Expression

    /// - Parameter image: rows and columns, which the gradient of the result cannot tell.
    public init(_ window: Window2D, groups: Int = 1, image: Size2D, epilogue: Expression = .identity) {
        self.window = window
        self.groups = groups
        self.image = image
        self.epilogue = epilogue
    }

    /// - Precondition: the operands fit.
    public func extents(_ operands: [TensorType]) -> ConvolutionExtents {
        let (upstream, weights) = (operands[0].shape, operands[1].shape)
        return ConvolutionExtents(
            images: upstream[0], image: image, channels: weights[2] * groups, result: Size2D(upstream[1], upstream[2]),
            outputChannels: weights[3], groups: groups, window: window)
    }

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        try requireConvolution(window, groups: groups, operands)
        let places = try requirePlaces(window, over: image, operands)
        let expected = "float32 gradients n x \(places) x output channels and weights "
            + "\(window.size) x channels / \(groups) x output channels, where \(groups) groups divide the output channels"
        try require(operands.count >= 2 && operands.allSatisfy { $0.dtype == .float32 }, expected, operands)
        let (upstream, weights) = (operands[0].shape, operands[1].shape)
        try require(upstream.rank == 4 && weights.rank == 4 && weights[2] > 0 && weights[3] > 0, expected, operands)
        try require(
            Size2D(upstream[1], upstream[2]) == places && Size2D(weights[0], weights[1]) == window.size && upstream[3] == weights[3]
                && weights[3] % groups == 0, expected, operands)
        let result = extents(operands).inputShape
        try requireEpilogue(over: result, operands)
        return [TensorType(result)]
    }

    public func gradient(
        operands: [Value], results: [Value], upstream: [Value?], in graph: inout some GraphBuilder
    ) throws(ShapeError) -> [Value?] {
        precondition(epilogue == .identity, "gradients are taken before fusion")
        return [
            try graph.apply(Conv2D(window, groups: groups), [upstream[0]!, operands[1]])[0],
            try graph.apply(Conv2DWeightGradient(window, groups: groups), [upstream[0]!, operands[0]])[0],
        ]
    }

    public func cost(_ operands: [TensorType], _ results: [TensorType]) -> Cost {
        Cost(flops: 2 * extents(operands).multiplyAdds + results[0].elementCount * epilogue.operationCount, operands, results)
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        let extents = extents(operands.map(\.type))
        var sums = [Double](repeating: 0, count: extents.inputShape.elementCount)
        extents.forEachProduct { input, weight, result in sums[input] += operands[0][result] * operands[1][weight] }
        results[0].values = epilogue.evaluate(sums, Array(operands.dropFirst(2)), to: extents.inputShape, step: step)
    }

    public static var samples: [Sample] {
        ConvolutionSamples.samples(from: \.resultShape, to: \.inputShape) { extents, epilogue in
            Conv2DInputGradient(extents.window, groups: extents.groups, image: extents.image, epilogue: epilogue)
        }
    }
}
