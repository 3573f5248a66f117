import MartletCore
import MartletOps

// Operands broadcast as in NumPy: axes are aligned at the end, and an extent of 1 stretches. All throw `shape`,
// `differentDevices` and `closed`.
extension Tensor {
    /// The sum. Operands broadcast as in NumPy.
    public static func + (a: Tensor, b: Tensor) throws(ComputeError) -> Tensor { try pointwise(.add, a, b) }
    /// The difference. Operands broadcast as in NumPy.
    public static func - (a: Tensor, b: Tensor) throws(ComputeError) -> Tensor { try pointwise(.subtract, a, b) }
    /// The product element by element. Operands broadcast as in NumPy. For matrices see `matmul`.
    public static func * (a: Tensor, b: Tensor) throws(ComputeError) -> Tensor { try pointwise(.multiply, a, b) }
    /// The quotient. Operands broadcast as in NumPy.
    public static func / (a: Tensor, b: Tensor) throws(ComputeError) -> Tensor { try pointwise(.divide, a, b) }
    /// The negative.
    public static prefix func - (a: Tensor) throws(ComputeError) -> Tensor { try a.pointwise(.negate) }

    // Numbers are operands of the plan, not part of it: a learning rate that changes asks for no new one.
    /// With a number, which is an operand of the plan and no part of it.
    public static func + (a: Tensor, b: Float) throws(ComputeError) -> Tensor { try pointwise(.add, a, a.constant(b)) }
    /// With a number, which is an operand of the plan and no part of it.
    public static func - (a: Tensor, b: Float) throws(ComputeError) -> Tensor { try pointwise(.subtract, a, a.constant(b)) }
    /// With a number, which is an operand of the plan and no part of it.
    public static func * (a: Tensor, b: Float) throws(ComputeError) -> Tensor { try pointwise(.multiply, a, a.constant(b)) }
    /// With a number, which is an operand of the plan and no part of it.
    public static func / (a: Tensor, b: Float) throws(ComputeError) -> Tensor { try pointwise(.divide, a, a.constant(b)) }
    /// With a number, which is an operand of the plan and no part of it.
    public static func + (a: Float, b: Tensor) throws(ComputeError) -> Tensor { try pointwise(.add, b.constant(a), b) }
    /// With a number, which is an operand of the plan and no part of it.
    public static func - (a: Float, b: Tensor) throws(ComputeError) -> Tensor { try pointwise(.subtract, b.constant(a), b) }
    /// With a number, which is an operand of the plan and no part of it.
    public static func * (a: Float, b: Tensor) throws(ComputeError) -> Tensor { try pointwise(.multiply, b.constant(a), b) }
    /// With a number, which is an operand of the plan and no part of it.
    public static func / (a: Float, b: Tensor) throws(ComputeError) -> Tensor { try pointwise(.divide, b.constant(a), b) }

    /// The smaller element; NaN if either is NaN. Operands broadcast as in NumPy.
    public func minimum(_ other: Tensor) throws(ComputeError) -> Tensor { try Self.pointwise(.minimum, self, other) }
    /// The greater element; NaN if either is NaN. Operands broadcast as in NumPy.
    public func maximum(_ other: Tensor) throws(ComputeError) -> Tensor { try Self.pointwise(.maximum, self, other) }
    /// self factor + summand, rounded once.
    public func multiplyAdd(_ factor: Tensor, _ summand: Tensor) throws(ComputeError) -> Tensor {
        try record(with: factor, summand) { (g, x) throws(ShapeError) in try g.apply(.multiplyAdd, x[0], x[1], x[2]) }
    }
    /// x^2
    public func square() throws(ComputeError) -> Tensor { try pointwise(.square) }
    /// The square root, rounded correctly.
    public func squareRoot() throws(ComputeError) -> Tensor { try pointwise(.squareRoot) }
    /// 1 / sqrt(x), as a square root and a division.
    public func inverseSquareRoot() throws(ComputeError) -> Tensor { try pointwise(.inverseSquareRoot) }
    /// 1 / x
    public func reciprocal() throws(ComputeError) -> Tensor { try pointwise(.reciprocal) }
    /// The magnitude.
    public func abs() throws(ComputeError) -> Tensor { try pointwise(.absolute) }
    /// e^x
    public func exp() throws(ComputeError) -> Tensor { try pointwise(.exp) }
    /// e^x - 1, also where x is close to 0.
    public func expm1() throws(ComputeError) -> Tensor { try pointwise(.expm1) }
    /// The natural logarithm.
    public func log() throws(ComputeError) -> Tensor { try pointwise(.log) }
    /// log(1 + x), also where x is close to 0.
    public func log1p() throws(ComputeError) -> Tensor { try pointwise(.log1p) }
    /// The error function.
    public func erf() throws(ComputeError) -> Tensor { try pointwise(.erf) }

    /// Any function of the table, or one of your own, on as many tensors as it takes.
    /// - Throws: also `shape` for another number of tensors.
    public static func apply(_ function: PointwiseFunction, _ operands: Tensor...) throws(ComputeError) -> Tensor {
        guard operands.count == function.arity else {
            throw .shape(ShapeError(function.name, expected: "\(function.arity) operands", found: operands.map(\.type)))
        }
        return try record(operands) { (g, x) throws(ShapeError) in try g.apply(Pointwise(Expression(function)), x) }[0]
    }

    /// An expression of several functions as one operation; constants in it are part of the plan.
    public static func pointwise(
        _ operands: [Tensor], _ build: (inout ExpressionBuilder) -> Term
    ) throws(ComputeError) -> Tensor {
        try record(operands) { (g, x) throws(ShapeError) in [try g.pointwise(x, build)] }[0]
    }

    func constant(_ number: Float) -> Tensor { Tensor(DeferredValue(device, TensorType([]), .constant(number))) }
}
