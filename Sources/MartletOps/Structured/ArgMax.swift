import MartletCore

/// The place of the first maximum along the innermost axis, or of the first NaN.
///
/// Operand: anything x columns. Result: anything, int32. Other axes are turned to the end first: `Graph.argmax`.
public struct ArgMax: Operation {
    public static let name = "argmax"
    public static let summary = Summary(
        "the place of the first maximum along the innermost axis, or of the first NaN",
        order: "none: comparisons alone")
    /// It has no attributes: the innermost axis is searched.
    public init() {}

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        let expected = "one float32 operand with at least one element along its last axis"
        try require(operands.count == 1 && operands[0].dtype == .float32, expected, operands)
        try require(operands[0].shape.rank >= 1 && operands[0].shape.last > 0, expected, operands)
        return [TensorType(Shape(operands[0].shape.extents.dropLast()), .int32)]
    }

    public func cost(_ operands: [TensorType], _ results: [TensorType]) -> Cost {
        Cost(flops: operands[0].elementCount, operands, results)
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        let columns = operands[0].type.shape.last
        for row in results[0].values.indices {
            let values = Array(operands[0].values[row * columns ..< (row + 1) * columns])
            let place = values.firstIndex(where: \.isNaN) ?? values.firstIndex(of: values.max()!)!
            results[0][row] = Double(place)
        }
    }

    public static var samples: [Sample] {
        let cases: [(Shape, Sample.Filling)] = [
            ([1], .normal), ([7], .normal), ([17, 33], .normal), ([129, 7], .integers(3)), ([33, 17], .special),
            ([2048, 1], .special), ([5, 1100], .integers(5)), ([3, 7, 129], .normal), ([7, 17], .constant(-.infinity)), ([3, 2500], .special), ([2, 3000], .constant(1)),
        ]
        return cases.map { Sample("\($0) \($1)", ArgMax(), [TensorType($0)], [$1]) }
    }
}
