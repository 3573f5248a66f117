import MartletCore

/// Softmax along an axis, or its logarithm.
///
/// With m the maximum along the axis, e = exp(x - m) and s the sum of e in the order of `Reduce`: e / s, or
/// (x - m) - log(s). Large elements overflow nowhere; -infinity gives 0 (logarithm: -infinity) beside anything finite.
/// Gradient: y (dy - sum(dy y)); logarithm: dy - exp(y) sum(dy).
public struct Softmax: CompositeOperation {
    public static let name = "softmax"
    public static let summary = Summary(
        "e / s, or its logarithm (x - m) - log(s), with m = max(x), e = exp(x - m), s = sum(e)",
        order: "that of reduce",
        source: "Goodfellow, Bengio, Courville: Deep learning (2016), section 6.2.2")
    /// Counted from 0.
    public var axis: Int
    /// Whether the result is the logarithm of the probabilities.
    public var isLogarithm: Bool

    /// - Parameter axis: from 0; `Graph.softmax` counts from the end too.
    public init(axis: Int, isLogarithm: Bool = false) {
        self.axis = axis
        self.isLogarithm = isLogarithm
    }

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        let expected = "one float32 operand with elements along axis \(axis)"
        try require(operands.count == 1 && operands[0].dtype == .float32, expected, operands)
        let shape = operands[0].shape
        try require(shape.extents.indices.contains(axis) && shape[axis] > 0, expected, operands)
        return operands
    }

    public func expand(_ operands: [Value], in graph: inout some GraphBuilder) throws(ShapeError) -> [Value] {
        let x = operands[0]
        let maximum = try reduce(.maximum, [x], in: &graph)
        let exponential = Expression { e in e.apply(.exp, e.apply(.subtract, e.operand(0), e.operand(1))) }
        if isLogarithm {
            let sum = try reduce(.sum, [x, maximum], prologue: exponential, in: &graph)
            let logarithm = Expression { e in
                e.apply(.subtract, e.apply(.subtract, e.operand(0), e.operand(1)), e.apply(.log, e.operand(2)))
            }
            return try graph.apply(Pointwise(logarithm), [x, maximum, sum])
        }
        let exponentials = try graph.apply(Pointwise(exponential), [x, maximum])[0]
        return try graph.apply(Pointwise(Expression(.divide)), [exponentials, try reduce(.sum, [exponentials], in: &graph)])
    }

    public func gradient(
        operands: [Value], results: [Value], upstream: [Value?], in graph: inout some GraphBuilder
    ) throws(ShapeError) -> [Value?] {
        guard let dy = upstream[0] else { return [nil] }
        if isLogarithm {
            let sum = try reduce(.sum, [dy], in: &graph)
            let gradient = Expression { e in
                e.apply(.multiplyAdd, e.apply(.negate, e.apply(.exp, e.operand(0))), e.operand(2), e.operand(1))
            }
            return try graph.apply(Pointwise(gradient), [results[0], dy, sum])
        }
        let sum = try reduce(.sum, [results[0], dy], prologue: Expression(.multiply), in: &graph)
        let gradient = Expression { e in
            e.apply(.multiply, e.operand(0), e.apply(.subtract, e.operand(1), e.operand(2)))
        }
        return try graph.apply(Pointwise(gradient), [results[0], dy, sum])
    }

    /// Along the axis, which stays with one element.
    private func reduce(
        _ kind: Reduce.Kind, _ operands: [Value], prologue: Expression = .identity, in graph: inout some GraphBuilder
    ) throws(ShapeError) -> Value {
        var kept = graph.type(of: operands[0]).shape
        kept.extents[axis] = 1
        return try graph.apply(Reshape(kept), try graph.apply(Reduce(kind, axes: axis..<(axis + 1), prologue: prologue), operands))[0]
    }

    public func cost(_ operands: [TensorType], _ results: [TensorType]) -> Cost {
        Cost(flops: 5 * operands[0].elementCount, operands, results)
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        let shape = operands[0].type.shape
        let (extent, stride) = (shape[axis], shape.strides[axis])
        for first in operands[0].values.indices where first / stride % extent == 0 {
            let places = (0..<extent).map { first + $0 * stride }
            let row = places.map { operands[0][$0] }
            let maximum = row.contains { $0.isNaN } ? Double.nan : row.max()!
            let sum = row.map { oracleExp($0 - maximum) }.reduce(0, +)
            for (place, x) in zip(places, row) {
                results[0][place] = isLogarithm ? x - maximum - oracleLog(sum) : oracleExp(x - maximum) / sum
            }
        }
    }

    public static var samples: [Sample] {
        let shapes: [(Shape, Int)] = [
            ([1], 0), ([7], 0), ([17, 33], 1), ([17, 33], 0), ([3, 7, 5], 1), ([129, 10], 1), ([5, 1100], 1), ([2, 3, 1, 7], 2),
        ]
        return [false, true].flatMap { isLogarithm in
            let name = isLogarithm ? "logarithm, " : ""
            return shapes.map { shape, axis in
                Sample(
                    "\(name)\(shape) along \(axis)", Softmax(axis: axis, isLogarithm: isLogarithm), [TensorType(shape)],
                    differentiable: shape.elementCount < 600 ? [0] : [])
            } + [
                Sample(
                    "\(name)large logits", Softmax(axis: 1, isLogarithm: isLogarithm), [TensorType([33, 10])], [.uniform(-1000, 1000)])
            ]
        }
    }
}
