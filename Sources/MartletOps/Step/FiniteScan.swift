import MartletCore

/// Looks through the gradients for a value that is not finite and records the first.
///
/// Operands: gradients (the whole arena). Results, changed in place: health.
public struct FiniteScan: Operation {
    public static let name = "finite_scan"
    public static let summary = Summary(
        "the first gradient that is not finite is recorded in health",
        order: "none: the smallest index wins")
    /// It has no attributes: it looks through everything it is given.
    public init() {}

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        try require(operands.count == 1 && operands[0].dtype == .float32, "the gradients", operands)
        return [Health.type]
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        if let index = operands[0].values.firstIndex(where: { !$0.isFinite }) {
            Health.mark(&results[0], step: step, index: index + 1)
        }
    }

    public static var samples: [Sample] {
        [1, 7, 4099].map { Sample("\($0) sound", FiniteScan(), [TensorType([$0])], results: [.constant(-1)]) }
            + [33, 4099].map {
                Sample("\($0) with special values", FiniteScan(), [TensorType([$0])], [.special], results: [.constant(-1)])
            }
    }
}
