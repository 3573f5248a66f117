import MartletCore
import MartletGraph
import MartletOps

extension Tensor {
    /// Rows of this table by int32 indices of any shape; an index outside gives NaN. The gradient of row `paddingIndex`
    /// (from the end where it is negative) is 0.
    public func embedding(_ indices: Tensor, paddingIndex: Int? = nil) throws(ComputeError) -> Tensor {
        try record(with: indices) { (g, x) throws(ShapeError) in try g.embedding(x[0], x[1], paddingIndex: paddingIndex) }
    }

    /// Rows by a vector of int32 indices; an index outside gives NaN (0 for integers). Rows of bytes become numbers,
    /// divided by `divisor`.
    public func gather(_ indices: Tensor, divisor: Float = 1) throws(ComputeError) -> Tensor {
        try record(with: indices) { (g, x) throws(ShapeError) in try g.apply(Gather(divisor: divisor), x)[0] }
    }

    /// Labels (a vector of int32) as rows of zeros with a 1 at the label; a label outside the classes gives NaN.
    public func oneHot(classes: Int) throws(ComputeError) -> Tensor {
        try record { (g, x) throws(ShapeError) in try g.apply(OneHot(classes: classes), x)[0] }
    }
}
