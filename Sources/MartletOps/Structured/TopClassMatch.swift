import MartletCore

/// 1 where a row's first maximum stands at its label, else 0.
///
/// Operands: scores (rows x classes), labels (rows, int32). Result: rows. A row with a NaN matches nothing.
public struct TopClassMatch: Operation {
    public static let name = "top_class_match"
    public static let summary = Summary(
        "1 where a row's first maximum stands at its label, else 0",
        order: "none: comparisons alone")
    /// It has no attributes: the operands say how many classes there are.
    public init() {}

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        let expected = "scores of rows x classes and one int32 label a row"
        try require(operands.count == 2 && operands[0].shape.rank == 2 && operands[0].dtype == .float32, expected, operands)
        try require(
            operands[1] == TensorType([operands[0].shape[0]], .int32) && operands[0].shape[1] > 0, expected, operands)
        return [TensorType([operands[0].shape[0]])]
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        let classes = operands[0].type.shape[1]
        for row in 0..<operands[0].type.shape[0] {
            let scores = operands[0].values[row * classes ..< (row + 1) * classes]
            let label = Int(operands[1][row])
            let top = scores.contains { $0.isNaN } ? nil : scores.firstIndex(of: scores.max()!)
            results[0][row] = top == scores.startIndex + label ? 1 : 0
        }
    }

    public static var samples: [Sample] {
        let cases: [(Int, Int, Sample.Filling)] = [
            (1, 1, .normal), (64, 10, .normal), (33, 129, .normal), (129, 7, .integers(3)), (17, 5, .special),
        ]
        return cases.map { rows, classes, filling in
            Sample(
                "\(rows)x\(classes) \(filling)", TopClassMatch(),
                [TensorType([rows, classes]), TensorType([rows], .int32)], [filling, .integers(classes)])
        }
    }
}
