import MartletCore
import MartletOps

// 1 where it holds, else 0; with NaN only `.!=` holds. No gradient flows through a comparison, a sign or a rounding.
extension Tensor {
    /// 1 where it holds, else 0; with NaN it does not.
    public static func .== (a: Tensor, b: Tensor) throws(ComputeError) -> Tensor { try pointwise(.equal, a, b) }
    /// 1 where it holds, else 0; with NaN it holds.
    public static func .!= (a: Tensor, b: Tensor) throws(ComputeError) -> Tensor { try pointwise(.notEqual, a, b) }
    /// 1 where it holds, else 0; with NaN it does not.
    public static func .< (a: Tensor, b: Tensor) throws(ComputeError) -> Tensor { try pointwise(.less, a, b) }
    /// 1 where it holds, else 0; with NaN it does not.
    public static func .<= (a: Tensor, b: Tensor) throws(ComputeError) -> Tensor { try pointwise(.lessOrEqual, a, b) }
    /// 1 where it holds, else 0; with NaN it does not.
    public static func .> (a: Tensor, b: Tensor) throws(ComputeError) -> Tensor { try pointwise(.greater, a, b) }
    /// 1 where it holds, else 0; with NaN it does not.
    public static func .>= (a: Tensor, b: Tensor) throws(ComputeError) -> Tensor { try pointwise(.greaterOrEqual, a, b) }

    /// 1 where it holds, else 0; with NaN it does not.
    public static func .== (a: Tensor, b: Float) throws(ComputeError) -> Tensor { try pointwise(.equal, a, a.constant(b)) }
    /// 1 where it holds, else 0; with NaN it holds.
    public static func .!= (a: Tensor, b: Float) throws(ComputeError) -> Tensor { try pointwise(.notEqual, a, a.constant(b)) }
    /// 1 where it holds, else 0; with NaN it does not.
    public static func .< (a: Tensor, b: Float) throws(ComputeError) -> Tensor { try pointwise(.less, a, a.constant(b)) }
    /// 1 where it holds, else 0; with NaN it does not.
    public static func .<= (a: Tensor, b: Float) throws(ComputeError) -> Tensor { try pointwise(.lessOrEqual, a, a.constant(b)) }
    /// 1 where it holds, else 0; with NaN it does not.
    public static func .> (a: Tensor, b: Float) throws(ComputeError) -> Tensor { try pointwise(.greater, a, a.constant(b)) }
    /// 1 where it holds, else 0; with NaN it does not.
    public static func .>= (a: Tensor, b: Float) throws(ComputeError) -> Tensor { try pointwise(.greaterOrEqual, a, a.constant(b)) }

    /// Elements of `a` where the condition is not 0, else of `b`.
    public static func `where`(_ condition: Tensor, _ a: Tensor, _ b: Tensor) throws(ComputeError) -> Tensor {
        try condition.record(with: a, b) { (g, x) throws(ShapeError) in try g.apply(.select, x[0], x[1], x[2]) }
    }

    /// Not below low and not above high; either may be left out.
    public func clamp(low: Float = -.infinity, high: Float = .infinity) throws(ComputeError) -> Tensor {
        try record(with: constant(low), constant(high)) { (g, x) throws(ShapeError) in try g.apply(.clamp, x[0], x[1], x[2]) }
    }

    /// -1, 0 or 1.
    public func sign() throws(ComputeError) -> Tensor { try pointwise(.sign) }
    /// To the nearest integer, halfway cases to the even one.
    public func round() throws(ComputeError) -> Tensor { try pointwise(.round) }
    /// The greatest integer that is not above.
    public func floor() throws(ComputeError) -> Tensor { try pointwise(.floor) }
    /// The smallest integer that is not below.
    public func ceiling() throws(ComputeError) -> Tensor { try pointwise(.ceiling) }
}
