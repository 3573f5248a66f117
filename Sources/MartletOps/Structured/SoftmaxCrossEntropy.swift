import MartletCore

/// Cross-entropy of the softmax of each row against a class, and the softmax itself.
///
/// Operands: logits (rows x classes), labels (rows, int32). Results: losses (rows), probabilities (rows x classes).
/// With m the row's maximum: e = exp(x - m), s = sum of e (the order of `Reduce`), probability e / s,
/// loss log(s) - (x[label] - m). A label outside the classes makes the row's loss NaN.
public struct SoftmaxCrossEntropy: Operation {
    public static let name = "softmax_cross_entropy"
    public static let summary = Summary(
        "log(s) - (x[label] - m) and e / s, with m = max(x), e = exp(x - m), s = sum(e)",
        order: "that of reduce",
        source: "Goodfellow, Bengio, Courville: Deep learning (2016), section 6.2.2")
    /// It has no attributes: the operands say how many classes there are.
    public init() {}

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        let expected = "logits of rows x classes and one int32 label a row"
        try require(operands.count == 2, expected, operands)
        let (logits, labels) = (operands[0], operands[1])
        try require(
            logits.shape.rank == 2 && logits.dtype == .float32 && labels.dtype == .int32
                && labels.shape == [logits.shape[0]] && logits.shape[1] > 0, expected, operands)
        return [TensorType([logits.shape[0]]), logits]
    }

    public func gradient(
        operands: [Value], results: [Value], upstream: [Value?], in graph: inout some GraphBuilder
    ) throws(ShapeError) -> [Value?] {
        guard let dy = upstream[0] else { return [nil, nil] }
        return [try graph.apply(SoftmaxCrossEntropyGradient(), [results[1], operands[1], dy])[0], nil]
    }

    public func cost(_ operands: [TensorType], _ results: [TensorType]) -> Cost {
        Cost(flops: 5 * operands[0].elementCount, operands, results)
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        let classes = operands[0].type.shape[1]
        for row in 0..<operands[0].type.shape[0] {
            let logits = operands[0].values[row * classes ..< (row + 1) * classes]
            let maximum = logits.contains { $0.isNaN } ? Double.nan : logits.max()!
            let exponentials = logits.map { oracleExp($0 - maximum) }
            let sum = exponentials.reduce(0, +)
            for column in 0..<classes { results[1][row * classes + column] = exponentials[column] / sum }
            let label = Int(operands[1][row])
            results[0][row] = (0..<classes).contains(label)
                ? oracleLog(sum) - (logits[logits.startIndex + label] - maximum) : .nan
        }
    }

    public static var samples: [Sample] {
        [(1, 1), (1, 10), (7, 2), (64, 10), (33, 129), (5, 1100)].map { rows, classes in
            Sample(
                "\(rows)x\(classes)", SoftmaxCrossEntropy(), [TensorType([rows, classes]), TensorType([rows], .int32)],
                [.normal, .integers(classes)], differentiable: rows * classes < 100 ? [0] : [])
        } + [
            Sample(
                "large logits", SoftmaxCrossEntropy(), [TensorType([33, 10]), TensorType([33], .int32)],
                [.uniform(-300, 300), .integers(10)])
        ]
    }
}

/// (probability - 1 at the label) times the row's upstream gradient.
///
/// Operands: probabilities (rows x classes), labels (rows, int32), upstream (rows). Result: rows x classes.
public struct SoftmaxCrossEntropyGradient: Operation {
    public static let name = "softmax_cross_entropy_gradient"
    public static let summary = Summary(
        "(probability - 1 at the label) dy",
        order: "none: elements by themselves",
        source: "Goodfellow, Bengio, Courville: Deep learning (2016), section 6.2.2")
    /// It has no attributes: the operands say how many classes there are.
    public init() {}

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        let expected = "probabilities of rows x classes, one int32 label and one gradient a row"
        try require(operands.count == 3 && operands[0].shape.rank == 2, expected, operands)
        let rows: Shape = [operands[0].shape[0]]
        try require(
            operands[1] == TensorType(rows, .int32) && operands[2] == TensorType(rows), expected, operands)
        return [operands[0]]
    }

    public func cost(_ operands: [TensorType], _ results: [TensorType]) -> Cost {
        Cost(flops: 2 * operands[0].elementCount, operands, results)
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        let classes = operands[0].type.shape[1]
        for index in operands[0].values.indices {
            let (row, column) = (index / classes, index % classes)
            let target: Double = Int(operands[1][row]) == column ? 1 : 0
            results[0][index] = (operands[0][index] - target) * operands[2][row]
        }
    }

    public static var samples: [Sample] {
        [(1, 1), (7, 2), (64, 10), (33, 129)].map { rows, classes in
            Sample(
                "\(rows)x\(classes)", SoftmaxCrossEntropyGradient(),
                [TensorType([rows, classes]), TensorType([rows], .int32), TensorType([rows])],
                [.probabilities, .integers(classes), .normal])
        }
    }
}
