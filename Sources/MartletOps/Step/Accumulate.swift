import MartletCore

/// Adds a step's metrics to running sums, each kept as a pair (sum, what rounding lost) by Knuth's two-sum, and marks
/// the run as unhealthy where the first of them, the loss, is not finite.
///
/// Operands: metrics (count). Results, changed in place: sums (2 x count), health.
public struct Accumulate: Operation {
    public static let name = "accumulate"
    public static let summary = Summary(
        "sums += metrics, each sum a pair (sum, what rounding lost)",
        order: "two-sum, step by step",
        source: "Knuth: The art of computer programming, volume 2, section 4.2.2")
    /// It has no attributes: the operands say how many metrics there are.
    public init() {}

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        try require(operands.count == 1 && operands[0].shape.rank == 1 && operands[0].elementCount > 0, "a vector of metrics", operands)
        return [TensorType([2 * operands[0].elementCount]), Health.type]
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        for (index, value) in operands[0].values.enumerated() {
            if index == 0, !value.isFinite { Health.mark(&results[1], step: step, index: 0) }
            results[0][2 * index] += value
        }
    }

    public static var samples: [Sample] {
        [1, 2, 3].map {
            Sample("\($0) metrics", Accumulate(), [TensorType([$0])], results: [.normal, .constant(-1)])
        } + [
            Sample("loss is NaN", Accumulate(), [TensorType([1])], [.constant(.nan)], results: [.normal, .constant(-1)])
        ]
    }
}
