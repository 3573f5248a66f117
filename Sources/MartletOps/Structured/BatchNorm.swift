import MartletCore

/// Batch normalisation over all axes but the innermost in training (Ioffe and Szegedy 2015).
///
/// Operands: x (rows x channels, or n x h x w x channels), gamma, beta (channels). Results: y = (x - mean) / sqrt(variance + epsilon) gamma + beta,
/// mean, and the biased variance, by two passes. No gradient flows through mean and variance as results.
public struct BatchNorm: CompositeOperation {
    public static let name = "batch_norm"
    public static let summary = Summary(
        "(x - mean) / sqrt(variance + epsilon) gamma + beta over all axes but the innermost; mean and biased variance",
        order: "that of reduce, in two passes",
        source: "Ioffe and Szegedy 2015")
    /// Added to the variance.
    public var epsilon: Float

    /// PyTorch's default.
    public init(epsilon: Float = 1e-5) { self.epsilon = epsilon }

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        let expected = "at least two rows of x (rows x channels, the rows possibly of several axes), and gamma and beta (channels)"
        try require(operands.count == 3 && operands[0].shape.rank >= 2 && operands[0].dtype == .float32, expected, operands)
        let channels = TensorType([operands[0].shape.last])
        try require(operands[1] == channels && operands[2] == channels && Self.rows(operands[0].shape) > 1, expected, operands)
        return [operands[0], channels, channels]
    }

    /// How many elements a channel's statistics are over.
    public static func rows(_ shape: Shape) -> Int { shape.extents.dropLast().reduce(1, *) }

    public func expand(_ operands: [Value], in graph: inout some GraphBuilder) throws(ShapeError) -> [Value] {
        let (x, gamma, beta) = (operands[0], operands[1], operands[2])
        let axes = 0..<(graph.type(of: x).shape.rank - 1)
        let mean = try graph.apply(Reduce(.mean, axes: axes), [x])[0]
        let variance = try graph.apply(Reduce(.mean, axes: axes, prologue: Self.squaredDeviation), [x, mean])[0]
        let y = try graph.apply(Pointwise(Self.normalise), [x, mean, try inverseDeviation(variance, &graph), gamma, beta])[0]
        return [y, mean, variance]
    }

    public func gradient(
        operands: [Value], results: [Value], upstream: [Value?], in graph: inout some GraphBuilder
    ) throws(ShapeError) -> [Value?] {
        guard let dy = upstream[0] else { return [nil, nil, nil] }
        let (x, gamma, mean) = (operands[0], operands[1], results[1])
        let inverse = try inverseDeviation(results[2], &graph)
        let shape = graph.type(of: x).shape
        let (axes, count) = (0..<(shape.rank - 1), Float(Self.rows(shape)))
        let dbeta = try graph.apply(Reduce(.sum, axes: axes), [dy])[0]
        let weighted = Expression { e in
            e.apply(.multiply, e.operand(0), Self.normalised(&e, x: e.operand(1), mean: e.operand(2), inverse: e.operand(3)))
        }
        let dgamma = try graph.apply(Reduce(.sum, axes: axes, prologue: weighted), [dy, x, mean, inverse])[0]
        // gamma inverse (dy - dbeta / n - xhat dgamma / n)
        let input = Expression { e in
            let normalised = Self.normalised(&e, x: e.operand(1), mean: e.operand(2), inverse: e.operand(3))
            let fromMean = e.apply(.divide, e.operand(5), e.constant(count))
            let fromVariance = e.apply(.divide, e.operand(6), e.constant(count))
            let centred = e.apply(.subtract, e.operand(0), fromMean)
            let corrected = e.apply(.multiplyAdd, e.apply(.negate, normalised), fromVariance, centred)
            return e.apply(.multiply, e.apply(.multiply, e.operand(4), e.operand(3)), corrected)
        }
        let dx = try graph.apply(Pointwise(input), [dy, x, mean, inverse, gamma, dbeta, dgamma])[0]
        return [dx, dgamma, dbeta]
    }

    /// (x - mean) inverse gamma + beta, over operands x, mean, inverse deviation, gamma, beta.
    public static let normalise = Expression { e in
        e.apply(
            .multiplyAdd, normalised(&e, x: e.operand(0), mean: e.operand(1), inverse: e.operand(2)), e.operand(3), e.operand(4))
    }

    /// 1 / sqrt(variance + epsilon)
    public func inverseDeviation(_ variance: Value, _ graph: inout some GraphBuilder) throws(ShapeError) -> Value {
        let epsilon = epsilon
        return try graph.apply(
            Pointwise(Expression { e in e.apply(.inverseSquareRoot, e.apply(.add, e.operand(0), e.constant(epsilon))) }),
            [variance])[0]
    }

    private static let squaredDeviation = Expression { e in
        e.apply(.square, e.apply(.subtract, e.operand(0), e.operand(1)))
    }

    private static func normalised(_ e: inout ExpressionBuilder, x: Term, mean: Term, inverse: Term) -> Term {
        e.apply(.multiply, e.apply(.subtract, x, mean), inverse)
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        let (rows, channels) = (Self.rows(operands[0].type.shape), operands[0].type.shape.last)
        for channel in 0..<channels {
            let column = (0..<rows).map { operands[0][$0 * channels + channel] }
            let mean = column.reduce(0, +) / Double(rows)
            let variance = column.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(rows)
            let deviation = (variance + Double(epsilon)).squareRoot()
            for row in 0..<rows {
                results[0][row * channels + channel] =
                    (column[row] - mean) / deviation * operands[1][channel] + operands[2][channel]
            }
            results[1][channel] = mean
            results[2][channel] = variance
        }
    }

    public static var samples: [Sample] {
        let shapes: [Shape] = [[2, 1], [7, 17], [64, 33], [129, 10], [1, 3, 5, 7], [2, 7, 9, 3]]
        return shapes.map { shape in
            let (rows, perChannel) = (rows(shape), TensorType([shape.last]))
            return Sample(
                "\(shape)", BatchNorm(), [TensorType(shape), perChannel, perChannel],
                differentiable: rows > 2 && rows < 128 ? [0, 1, 2] : [])
        }
    }
}
