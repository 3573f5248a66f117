import MartletCore
import MartletGraph
import MartletOps

infix operator • : MultiplicationPrecedence

extension Tensor {
    /// The product of matrices, or of arrays of matrices whose leading axes broadcast; with transposes of the last two
    /// axes. Numeric order: see `Matmul`.
    public func matmul(
        _ other: Tensor, transposeA: Bool = false, transposeB: Bool = false
    ) throws(ComputeError) -> Tensor {
        try record(with: other) { (g, x) throws(ShapeError) in
            try g.matmul(x[0], x[1], transposeA: transposeA, transposeB: transposeB)
        }
    }

    /// `a.matmul(b)`
    public static func • (a: Tensor, b: Tensor) throws(ComputeError) -> Tensor { try a.matmul(b) }
}
