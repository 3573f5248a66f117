import MartletCore

/// Normalisation over the last axes of every sample (Ba, Kiros and Hinton 2016).
///
/// Operands: x, and either none or gamma and beta, of the shape of those axes. Results: y = (x - mean) / sqrt(variance +
/// epsilon) gamma + beta, and mean and biased variance for each sample (rows x 1), by two passes in the order of
/// `Reduce`. No gradient flows through mean and variance as results.
public struct LayerNorm: CompositeOperation {
    public static let name = "layer_norm"
    public static let summary = Summary(
        "(x - mean) / sqrt(variance + epsilon) gamma + beta over the last axes of each sample",
        order: "that of reduce, in two passes",
        source: "Ba, Kiros and Hinton 2016")
    /// How many of the last axes.
    public var axes: Int
    /// Added to the variance.
    public var epsilon: Float

    /// PyTorch's default, over the last axis alone.
    public init(axes: Int = 1, epsilon: Float = 1e-5) {
        self.axes = axes
        self.epsilon = epsilon
    }

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        let expected = "x with \(axes) axes or more, and none or gamma and beta of the shape of its last \(axes)"
        try require([1, 3].contains(operands.count) && axes > 0, expected, operands)
        let x = operands[0]
        try require(x.shape.rank >= axes && x.dtype == .float32, expected, operands)
        let normalised = TensorType(Shape(Array(x.shape.extents.suffix(axes))))
        try require(
            operands.dropFirst().allSatisfy { $0 == normalised } && normalised.elementCount > 0, expected, operands)
        let statistics = TensorType([x.elementCount / normalised.elementCount, 1])
        return [x, statistics, statistics]
    }

    public func expand(_ operands: [Value], in graph: inout some GraphBuilder) throws(ShapeError) -> [Value] {
        let shape = graph.type(of: operands[0]).shape
        let x = try rows(operands[0], in: &graph)
        let mean = try alongRows(.mean, [x], in: &graph)
        let variance = try alongRows(.mean, [x, mean], prologue: Self.squaredDeviation, in: &graph)
        let inverse = try inverseDeviation(variance, in: &graph)
        let y: Value
        if operands.count == 3 {
            let affine = [try flat(operands[1], in: &graph), try flat(operands[2], in: &graph)]
            y = try graph.apply(Pointwise(BatchNorm.normalise), [x, mean, inverse] + affine)[0]
        } else {
            y = try graph.apply(Pointwise(Expression { e in Self.normalised(&e) }), [x, mean, inverse])[0]
        }
        return [try graph.apply(Reshape(shape), [y])[0], mean, variance]
    }

    public func gradient(
        operands: [Value], results: [Value], upstream: [Value?], in graph: inout some GraphBuilder
    ) throws(ShapeError) -> [Value?] {
        guard let upstream = upstream[0] else { return operands.map { _ in nil } }
        let (x, dy) = (try rows(operands[0], in: &graph), try rows(upstream, in: &graph))
        let mean = results[1]
        let inverse = try inverseDeviation(results[2], in: &graph)
        let isAffine = operands.count == 3
        // g = dy gamma, what arrives at the normalised x.
        let g = isAffine ? try graph.apply(Pointwise(Expression(.multiply)), [dy, try flat(operands[1], in: &graph)])[0] : dy
        let weighted = Expression { e in e.apply(.multiply, e.operand(3), Self.normalised(&e)) }
        let meanOfG = try alongRows(.mean, [g], in: &graph)
        let meanOfWeighted = try alongRows(.mean, [x, mean, inverse, g], prologue: weighted, in: &graph)
        // inverse (g - mean(g) - xhat mean(g xhat))
        let input = Expression { e in
            let centred = e.apply(.subtract, e.operand(3), e.operand(4))
            let corrected = e.apply(.multiplyAdd, e.apply(.negate, Self.normalised(&e)), e.operand(5), centred)
            return e.apply(.multiply, e.operand(2), corrected)
        }
        let dx = try graph.apply(Pointwise(input), [x, mean, inverse, g, meanOfG, meanOfWeighted])[0]
        let whole = try graph.apply(Reshape(graph.type(of: operands[0]).shape), [dx])[0]
        guard isAffine else { return [whole] }
        let dgamma = try graph.apply(Reduce(.sum, axes: 0..<1, prologue: weighted), [x, mean, inverse, dy])[0]
        let dbeta = try graph.apply(Reduce(.sum, axes: 0..<1), [dy])[0]
        let shape = graph.type(of: operands[1]).shape
        return [whole, try graph.apply(Reshape(shape), [dgamma])[0], try graph.apply(Reshape(shape), [dbeta])[0]]
    }

    // MARK: Parts

    private static let squaredDeviation = Expression { e in
        e.apply(.square, e.apply(.subtract, e.operand(0), e.operand(1)))
    }

    /// Over operands x, mean, inverse deviation.
    private static func normalised(_ e: inout ExpressionBuilder) -> Term {
        e.apply(.multiply, e.apply(.subtract, e.operand(0), e.operand(1)), e.operand(2))
    }

    private func inverseDeviation(_ variance: Value, in graph: inout some GraphBuilder) throws(ShapeError) -> Value {
        try BatchNorm(epsilon: epsilon).inverseDeviation(variance, &graph)
    }

    /// A value as rows x elements that are normalised together.
    private func rows(_ value: Value, in graph: inout some GraphBuilder) throws(ShapeError) -> Value {
        let extents = graph.type(of: value).shape.extents
        let columns = extents.suffix(axes).reduce(1, *)
        return try graph.apply(Reshape([extents.dropLast(axes).reduce(1, *), columns]), [value])[0]
    }

    private func flat(_ value: Value, in graph: inout some GraphBuilder) throws(ShapeError) -> Value {
        try graph.apply(Reshape([graph.type(of: value).elementCount]), [value])[0]
    }

    private func alongRows(
        _ kind: Reduce.Kind, _ operands: [Value], prologue: Expression = .identity, in graph: inout some GraphBuilder
    ) throws(ShapeError) -> Value {
        let rows = graph.type(of: operands[0]).shape[0]
        return try graph.apply(Reshape([rows, 1]), try graph.apply(Reduce(kind, axes: 1..<2, prologue: prologue), operands))[0]
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        let columns = operands[0].type.shape.extents.suffix(axes).reduce(1, *)
        for row in results[1].values.indices {
            let x = Array(operands[0].values[row * columns ..< (row + 1) * columns])
            let mean = x.reduce(0, +) / Double(columns)
            let variance = x.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(columns)
            (results[1][row], results[2][row]) = (mean, variance)
            for (column, value) in x.enumerated() {
                let normalised = (value - mean) / (variance + Double(epsilon)).squareRoot()
                results[0][row * columns + column] =
                    operands.count == 3 ? normalised * operands[1][column] + operands[2][column] : normalised
            }
        }
    }

    public static var samples: [Sample] {
        let shapes: [(Shape, Int)] = [([2, 1], 1), ([7, 17], 1), ([129, 33], 1), ([3, 5, 7], 2), ([3, 5, 7], 1), ([17, 1100], 1), ([33], 1)]
        return shapes.flatMap { shape, axes in
            let normalised = TensorType(Shape(Array(shape.extents.suffix(axes))))
            let isSmall = shape.elementCount < 600 && normalised.elementCount > 1
            return [
                Sample(
                    "\(shape) over \(axes)", LayerNorm(axes: axes), [TensorType(shape), normalised, normalised],
                    differentiable: isSmall ? [0, 1, 2] : []),
                Sample(
                    "\(shape) over \(axes), without gamma and beta", LayerNorm(axes: axes, epsilon: 1e-3), [TensorType(shape)],
                    differentiable: isSmall ? [0] : []),
            ]
        }
    }
}
