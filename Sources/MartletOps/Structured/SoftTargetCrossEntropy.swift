import MartletCore

/// Cross-entropy of the softmax of each row against weights for the classes: probabilities, smoothed or weighted labels.
///
/// Operands: logits x, targets t (both rows x classes). Result: losses (rows), the sum over j of
/// t_j (log s - (x_j - m)), with m the row's maximum and s the sum of exp(x - m). The gradient by the logits is
/// softmax(x) times the sum of t, less t; none flows to the targets, which are data.
public struct SoftTargetCrossEntropy: CompositeOperation {
    public static let name = "soft_target_cross_entropy"
    public static let summary = Summary(
        "sum over j of t[j] (log(s) - (x[j] - m)), with m = max(x), s = sum(exp(x - m))",
        order: "that of reduce",
        source: "Goodfellow, Bengio, Courville: Deep learning (2016), section 6.2.2")
    /// It has no attributes: the operands say how many classes there are.
    public init() {}

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        let expected = "logits and targets, both float32 of rows x classes"
        try require(operands.count == 2 && operands[0].shape.rank == 2 && operands[0].dtype == .float32, expected, operands)
        try require(operands[1] == operands[0] && operands[0].shape[1] > 0, expected, operands)
        return [TensorType([operands[0].shape[0]])]
    }

    public func expand(_ operands: [Value], in graph: inout some GraphBuilder) throws(ShapeError) -> [Value] {
        let (maximum, sum) = try statistics(operands[0], &graph)
        let loss = Expression { e in
            let difference = e.apply(.subtract, e.operand(0), e.operand(2))
            return e.apply(.multiply, e.operand(1), e.apply(.subtract, e.apply(.log, e.operand(3)), difference))
        }
        return try graph.apply(Reduce(.sum, axes: 1..<2, prologue: loss), [operands[0], operands[1], maximum, sum])
    }

    public func gradient(
        operands: [Value], results: [Value], upstream: [Value?], in graph: inout some GraphBuilder
    ) throws(ShapeError) -> [Value?] {
        guard let dy = upstream[0] else { return [nil, nil] }
        let (maximum, sum) = try statistics(operands[0], &graph)
        let total = try column(try graph.apply(Reduce(.sum, axes: 1..<2), [operands[1]])[0], &graph)
        let gradient = Expression { e in
            let exponential = e.apply(.exp, e.apply(.subtract, e.operand(0), e.operand(2)))
            let probability = e.apply(.divide, exponential, e.operand(3))
            let difference = e.apply(.multiplyAdd, probability, e.operand(4), e.apply(.negate, e.operand(1)))
            return e.apply(.multiply, difference, e.operand(5))
        }
        let inputs = [operands[0], operands[1], maximum, sum, total, try column(dy, &graph)]
        return [try graph.apply(Pointwise(gradient), inputs)[0], nil]
    }

    /// Each row's maximum and the sum of its exponentials, as columns.
    private func statistics(_ logits: Value, _ graph: inout some GraphBuilder) throws(ShapeError) -> (Value, Value) {
        let maximum = try column(try graph.apply(Reduce(.maximum, axes: 1..<2), [logits])[0], &graph)
        let exponential = Expression { e in e.apply(.exp, e.apply(.subtract, e.operand(0), e.operand(1))) }
        let sum = try graph.apply(Reduce(.sum, axes: 1..<2, prologue: exponential), [logits, maximum])[0]
        return (maximum, try column(sum, &graph))
    }

    private func column(_ values: Value, _ graph: inout some GraphBuilder) throws(ShapeError) -> Value {
        try graph.apply(Reshape([graph.type(of: values).shape[0], 1]), [values])[0]
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        let classes = operands[0].type.shape[1]
        for row in 0..<operands[0].type.shape[0] {
            let places = row * classes ..< (row + 1) * classes
            let maximum = operands[0].values[places].max()!
            let logSum = oracleLog(places.reduce(0) { $0 + oracleExp(operands[0][$1] - maximum) })
            results[0][row] = places.reduce(0) { $0 + operands[1][$1] * (logSum - (operands[0][$1] - maximum)) }
        }
    }

    public static var samples: [Sample] {
        [(1, 1), (7, 2), (17, 5), (33, 129)].map { rows, classes in
            let type = TensorType([rows, classes])
            return Sample(
                "\(rows)x\(classes)", SoftTargetCrossEntropy(), [type, type], [.normal, .probabilities],
                differentiable: rows * classes < 100 ? [0] : [])
        }
    }
}
