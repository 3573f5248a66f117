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

    /// `alpha op(A) op(B) + beta C` of matrices, or of arrays of matrices whose leading axes broadcast; C broadcasts to
    /// the result. Without C, or with beta 0, it is the product alone: C is not read.
    ///
    /// Numeric order: the sum (see `Matmul`), `alpha sum`, then `fma(beta, c, .)`. Rows of A that meet one matrix B are
    /// one product.
    public mutating func matmul(
        _ a: Value, _ b: Value, transposeA: Bool = false, transposeB: Bool = false, alpha: Float = 1,
        beta: Float = 0, plus c: Value? = nil
    ) throws(ShapeError) -> Value {
        let (shape, other) = (type(of: a).shape, type(of: b).shape)
        let product: Value
        if shape.rank > 2, other.rank == 2, !transposeA {
            let rows = Shape([shape.extents.dropLast().reduce(1, *), shape.last])
            let flat = try apply(Matmul(transposeB: transposeB), [try reshape(a, rows), b])[0]
            product = try reshape(flat, Shape(shape.extents.dropLast() + [type(of: flat).shape.last]))
        } else {
            product = try apply(Matmul(transposeA: transposeA, transposeB: transposeB), [a, b])[0]
        }
        let scaled = Expression { e in
            alpha == 1 ? e.operand(0) : e.apply(.multiply, e.constant(alpha), e.operand(0))
        }
        guard let c, beta != 0 else {
            return alpha == 1 ? product : try apply(Pointwise(scaled), [product])[0]
        }
        return try pointwise([product, c], shape: type(of: product).shape) { e in
            e.apply(.multiplyAdd, e.constant(beta), e.operand(1), e.inline(scaled, [e.operand(0)]))
        }
    }

    /// Rows of a table by int32 indices of any shape; the gradient of row `paddingIndex` (from the end where it is
    /// negative) is 0.
    public mutating func embedding(
        _ table: Value, _ indices: Value, paddingIndex: Int? = nil
    ) throws(ShapeError) -> Value {
        let shape = type(of: indices).shape
        let flat = try reshape(indices, [shape.elementCount])
        let padding = paddingIndex.map { $0 < 0 ? $0 + (type(of: table).shape.extents.first ?? 0) : $0 }
        let rows = try apply(Gather(paddingIndex: padding), [table, flat])[0]
        return try reshape(rows, Shape(shape.extents + type(of: rows).shape.withoutFirst.extents))
    }

    /// The same elements under another shape; costs no launch.
    /// - Throws: where the number of elements is another.
    public mutating func reshape(_ value: Value, _ shape: Shape) throws(ShapeError) -> Value {
        type(of: value).shape == shape ? value : try apply(Reshape(shape), [value])[0]
    }
}
