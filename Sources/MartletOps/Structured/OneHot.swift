import MartletCore

/// Labels as rows of zeros with a 1 at the label.
///
/// Operands: labels (rows, int32). Result: rows x classes. A label outside the classes gives a row of NaN, so that it
/// cannot go unnoticed; the label `ignored`, which may lie outside, gives a row of zeros.
public struct OneHot: Operation {
    public static let name = "one_hot"
    public static let summary = Summary(
        "rows of zeros with a 1 at the label",
        order: "none: elements by themselves")
    /// Columns of the result.
    public var classes: Int
    /// A label that gives a row of zeros; nil for none.
    public var ignored: Int32?

    /// - Parameter classes: at least 1.
    public init(classes: Int, ignored: Int32? = nil) {
        self.classes = classes
        self.ignored = ignored
    }

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        try require(
            operands.count == 1 && operands[0].shape.rank == 1 && operands[0].dtype == .int32 && classes > 0,
            "one int32 label a row, and at least one class", operands)
        return [TensorType([operands[0].shape[0], classes])]
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        for (row, label) in operands[0].values.enumerated() {
            let isKnown = label >= 0 && label < Double(classes)
            for column in 0..<classes {
                let value: Double = !isKnown ? .nan : label == Double(column) ? 1 : 0
                results[0][row * classes + column] = label == ignored.map(Double.init) ? 0 : value
            }
        }
    }

    public static var samples: [Sample] {
        [(1, 1), (7, 2), (64, 10), (33, 129)].map { rows, classes in
            Sample("\(rows)x\(classes)", OneHot(classes: classes), [TensorType([rows], .int32)], [.integers(classes)])
        } + [
            Sample("labels out of range", OneHot(classes: 5), [TensorType([33], .int32)], [.integers(8)]),
            Sample("ignored label", OneHot(classes: 7, ignored: 3), [TensorType([33], .int32)], [.integers(7)]),
            Sample("ignored label out of range", OneHot(classes: 3, ignored: -100), [TensorType([9], .int32)], [.constant(-100)]),
        ]
    }
}
