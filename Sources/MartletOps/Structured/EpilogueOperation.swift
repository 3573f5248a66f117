import MartletCore

/// A sum of products of two operands, with an expression over the result that costs no launch of its own.
///
/// Operands 0 and 1 are the factors; in the expression operand 0 is the sum, operand 1 the launch's third operand, and
/// so on, each broadcast to the result.
public protocol EpilogueOperation: Operation {
    /// What is made of the sum; `.identity` for the sum itself.
    var epilogue: Expression { get set }
}

extension EpilogueOperation {
    /// What an epilogue reads must broadcast to the result.
    func requireEpilogue(over result: Shape, _ operands: [TensorType]) throws(ShapeError) {
        try require(
            Broadcast.common(operands.dropFirst(2).map(\.shape) + [result]) == result,
            "operands of the epilogue that broadcast to \(result)", operands)
    }
}

extension Expression {
    /// An epilogue in Float64 over the sums of a result.
    func evaluate(_ sums: [Double], _ extra: [OracleTensor], to shape: Shape, step: StepParameters) -> [Double] {
        let broadcast = Broadcast(extra.map(\.type.shape), to: shape)
        return sums.indices.map { index in
            evaluate(at: index, step: step) { operand in
                operand == 0 ? sums[index] : extra[operand - 1][broadcast.offset(of: operand - 1, at: index)]
            }
        }
    }
}
