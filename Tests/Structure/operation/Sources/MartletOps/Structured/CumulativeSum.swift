import MartletCore

/// The sum of each row up to each element, or reversed, from each element on.
///
/// Operand: anything x columns. Result: the same.
public struct CumulativeSum: Operation {
    public static let name = "cumulative_sum"
    public static let summary = Summary(
        "the sums of the innermost axis up to each element",
        order: "from zero, in increasing columns; reversed: in decreasing columns")
    public var reversed: Bool

    public init(reversed: Bool = false) { self.reversed = reversed }

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        try require(
            operands.count == 1 && operands[0].dtype == .float32 && operands[0].shape.rank >= 1,
            "one float32 operand of at least one axis", operands)
        return operands
    }

    public func gradient(
        operands: [Value], results: [Value], upstream: [Value?], in graph: inout some GraphBuilder
    ) throws(ShapeError) -> [Value?] {
        try graph.apply(CumulativeSum(reversed: !reversed), [upstream[0]!])
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        let columns = operands[0].type.shape.last
        var sum = 0.0
        for index in operands[0].values.indices {
            let (row, column) = (index / columns, index % columns)
            if column == 0 { sum = 0 }
            let place = row * columns + (reversed ? columns - 1 - column : column)
            sum += operands[0][place]
            results[0][place] = sum
        }
    }

    public static var samples: [Sample] {
        let shapes: [Shape] = [[1], [7], [17, 33], [3, 5, 129], [129, 7]]
        return [false, true].flatMap { reversed in
            shapes.map { shape in
                Sample(
                    reversed ? "\(shape) reversed" : "\(shape)", CumulativeSum(reversed: reversed), [TensorType(shape)],
                    differentiable: shape.rank <= 2 ? [0] : [])
            }
        }
    }
}
