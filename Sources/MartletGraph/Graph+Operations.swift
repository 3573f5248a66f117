import MartletCore
import MartletOps

extension Graph {
    /// Applies a pointwise function, broadcasting its operands.
    public mutating func apply(_ function: PointwiseFunction, _ operands: Value...) throws(ShapeError) -> Value {
        try apply(Pointwise(Expression(function)), operands)[0]
    }

    /// An expression over operands, broadcast to `shape` where one is given.
    public mutating func pointwise(
        _ operands: [Value] = [], shape: Shape? = nil, _ build: (inout ExpressionBuilder) -> Term
    ) throws(ShapeError) -> Value {
        try apply(Pointwise(Expression(build), shape: shape), operands)[0]
    }

    public mutating func matmul(
        _ a: Value, _ b: Value, transposeA: Bool = false, transposeB: Bool = false
    ) throws(ShapeError) -> Value {
        try apply(Matmul(transposeA: transposeA, transposeB: transposeB), [a, b])[0]
    }

    /// Reduces over neighbouring axes; all of them where none are named.
    public mutating func reduce(_ kind: Reduce.Kind, _ value: Value, axes: Range<Int>? = nil) throws(ShapeError) -> Value {
        let rank = type(of: value).shape.rank
        // A scalar is its own sum, mean and maximum.
        if rank == 0 { return value }
        return try apply(Reduce(kind, axes: axes ?? 0..<rank), [value])[0]
    }

    public mutating func reshape(_ value: Value, _ shape: Shape) throws(ShapeError) -> Value {
        type(of: value).shape == shape ? value : try apply(Reshape(shape), [value])[0]
    }
}
