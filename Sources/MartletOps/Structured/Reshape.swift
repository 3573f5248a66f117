import MartletCore

/// The same elements under another shape. Never launched: the result shares the operand's memory.
public struct Reshape: ViewOperation {
    public static let name = "reshape"
    public static let summary = Summary(
        "the same elements under another shape",
        order: "none: never launched")
    /// Of the result, with as many elements as the operand.
    public var shape: Shape

    /// - Parameter shape: of as many elements as the operand has.
    public init(_ shape: Shape) { self.shape = shape }

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        try require(
            operands.count == 1 && operands[0].elementCount == shape.checkedElementCount,
            "one operand with as many elements as \(shape) has", operands)
        return [TensorType(shape, operands[0].dtype)]
    }

    public func gradient(
        operands: [Value], results: [Value], upstream: [Value?], in graph: inout some GraphBuilder
    ) throws(ShapeError) -> [Value?] {
        [try graph.apply(Reshape(graph.type(of: operands[0]).shape), [upstream[0]!])[0]]
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        results[0].values = operands[0].values
    }

    public static var samples: [Sample] {
        [Sample("17x33 to 561", Reshape([561]), [TensorType([17, 33])], differentiable: [0])]
    }
}

/// An operation whose only result is its operand's memory under another type.
public protocol ViewOperation: Operation {}
