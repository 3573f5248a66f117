import MartletCore

/// Copies the staged running statistics over the ones in use, unless the run is unhealthy.
///
/// Operands: staged, health. Results, changed in place: state.
public struct Commit: Operation {
    public static let name = "commit"
    public static let summary = Summary(
        "state = staged, unless the run is unhealthy",
        order: "none: values are moved as they are")
    /// It has no attributes: it moves everything it is given.
    public init() {}

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        try require(operands.count == 2 && operands[1] == Health.type, "staged values and the health record", operands)
        return [operands[0]]
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        if Health.isSound(operands[1]) { results[0].values = operands[0].values }
    }

    public static var samples: [Sample] {
        [(7, -1), (4099, -1), (33, 5)].map { count, health in
            Sample(
                "\(count) \(health == -1 ? "sound" : "unhealthy")", Commit(), [TensorType([count]), Health.type],
                [.normal, .constant(Float(health))], results: [.normal])
        }
    }
}
