import MartletCore

/// The greatest element under a window that moves over images; padding never wins.
///
/// Operand: n x h x w x channels. Results: n x h' x w' x channels, and where each greatest element stands in its image and
/// channel (row * w + column), int32.
/// Of equal elements the first in row-major order is taken, and the first NaN before all others.
public struct MaxPool2D: Operation {
    public static let name = "max_pool2d"
    public static let summary = Summary(
        "the greatest element under a moving window, and where it stands; NaN is the greatest",
        order: "none: comparisons alone; of equal elements the first in row-major order",
        source: "PyTorch MaxPool2d")

    /// The window's size, and how it moves.
    public var window: Window2D

    /// - Parameter window: with its padding settled.
    public init(_ window: Window2D) { self.window = window }

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        let result = TensorType(try requirePooling(window, operands))
        return [result, TensorType(result.shape, .int32)]
    }

    public func gradient(
        operands: [Value], results: [Value], upstream: [Value?], in graph: inout some GraphBuilder
    ) throws(ShapeError) -> [Value?] {
        guard let dy = upstream[0] else { return [nil] }
        let shape = graph.type(of: operands[0]).shape
        return [try graph.apply(MaxPool2DGradient(window, image: Size2D(shape[1], shape[2])), [dy, results[1]])[0]]
    }

    public func cost(_ operands: [TensorType], _ results: [TensorType]) -> Cost {
        Cost(flops: results[0].elementCount * window.count, operands, results)
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        let (shape, x) = (operands[0].type.shape, operands[0])
        let (image, channels) = (Size2D(shape[1], shape[2]), shape[3])
        var index = 0
        for n in 0..<shape[0] {
            for (oh, ow) in grid(window.places(image)) {
                for channel in 0..<channels {
                    let elements = grid(window.size).compactMap { kh, kw -> (place: Int, value: Double)? in
                        let (h, w) = (window.height.element(oh, tap: kh), window.width.element(ow, tap: kw))
                        guard (0..<image.height).contains(h), (0..<image.width).contains(w) else { return nil }
                        let place = h * image.width + w
                        return (place, x[(n * image.height * image.width + place) * channels + channel])
                    }
                    let greatest = elements.map(\.value).max()!
                    let winner = elements.first { $0.value.isNaN } ?? elements.first { $0.value == greatest }!
                    results[0][index] = winner.value
                    results[1][index] = Double(winner.place)
                    index += 1
                }
            }
        }
    }

    public static var samples: [Sample] {
        PoolSamples.windows(dilated: true).flatMap { label, shape, window in
            [
                Sample(label, MaxPool2D(window), [TensorType(shape)], differentiable: shape.elementCount < 1000 ? [0] : []),
                Sample("\(label), ties", MaxPool2D(window), [TensorType(shape)], [.integers(2)]),
                Sample("\(label), special", MaxPool2D(window), [TensorType(shape)], [.special]),
            ]
        }
    }
}

/// What came from above, at the elements that were the greatest.
///
/// Operands: upstream (n x h' x w' x channels) and the places that `MaxPool2D` gave. Result: n x `image` x channels.
/// Numeric order: by output row and output column, increasing.
public struct MaxPool2DGradient: Operation {
    public static let name = "max_pool2d_gradient"
    public static let summary = Summary(
        "the upstream elements, added where the greatest elements stood",
        order: "from zero, by output row and output column, increasing")

    /// That of the forward pass.
    public var window: Window2D
    /// Rows and columns of the images.
    public var image: Size2D

    /// - Parameter image: rows and columns, which the result cannot tell.
    public init(_ window: Window2D, image: Size2D) {
        self.window = window
        self.image = image
    }

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        try require(window.isValid, "a window of at least 1x1 with positive stride and dilation (here \(window))", operands)
        let places = try requirePlaces(window, over: image, operands)
        try require(
            operands.count == 2 && operands[0].dtype == .float32 && operands[0].shape.rank == 4
                && operands[1] == TensorType(operands[0].shape, .int32)
                && Size2D(operands[0].shape[1], operands[0].shape[2]) == places,
            "float32 gradients n x \(places) x channels, and as many int32 places, for \(window) over \(image)", operands)
        let shape = operands[0].shape
        return [TensorType([shape[0], image.height, image.width, shape[3]])]
    }

    public func cost(_ operands: [TensorType], _ results: [TensorType]) -> Cost {
        Cost(flops: operands[0].elementCount * window.count, operands, results)
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        let shape = operands[0].type.shape
        results[0].values = results[0].values.map { _ in 0 }
        for index in operands[0].values.indices {
            let (n, channel, place) = (index / shape.withoutFirst.elementCount, index % shape.last, Int(operands[1][index]))
            // A place that the window does not hold there gets nothing.
            let (oh, ow) = (index / (shape[2] * shape[3]) % shape[1], index / shape[3] % shape[2])
            let held = grid(window.size).contains { kh, kw in
                let (h, w) = (window.height.element(oh, tap: kh), window.width.element(ow, tap: kw))
                return (0..<image.width).contains(w) && h * image.width + w == place
            }
            guard held, place >= 0, place < image.height * image.width else { continue }
            results[0][(n * image.height * image.width + place) * shape.last + channel] += operands[0][index]
        }
    }

    public static var samples: [Sample] {
        PoolSamples.windows(dilated: true).map { label, shape, window in
            let image = Size2D(shape[1], shape[2])
            let pooled = PoolSamples.pooled(shape, window.places(image))
            return Sample(
                label, MaxPool2DGradient(window, image: image), [pooled, TensorType(pooled.shape, .int32)],
                [.normal, .integers(image.height * image.width)])
        }
    }
}
