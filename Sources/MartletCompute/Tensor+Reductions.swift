import MartletCore
import MartletGraph
import MartletOps

// Axes count from the end where they are negative; all of them are reduced where none are named. Numeric order: see
// `Reduce`.
extension Tensor {
    /// The sum over axes, which count from the end where they are negative; over all where none are named.
    public func sum(axes: [Int]? = nil, keepsAxes: Bool = false) throws(ComputeError) -> Tensor {
        try reduce(.sum, axes, keepsAxes, operation: "sum")
    }
    /// The mean over axes, which count from the end where they are negative; over all where none are named.
    public func mean(axes: [Int]? = nil, keepsAxes: Bool = false) throws(ComputeError) -> Tensor {
        try reduce(.mean, axes, keepsAxes, operation: "mean")
    }
    /// The maximum over axes, which count from the end where they are negative; over all where none are named.
    public func max(axes: [Int]? = nil, keepsAxes: Bool = false) throws(ComputeError) -> Tensor {
        try reduce(.maximum, axes, keepsAxes, operation: "max")
    }
    /// The minimum over axes, which count from the end where they are negative; over all where none are named.
    public func min(axes: [Int]? = nil, keepsAxes: Bool = false) throws(ComputeError) -> Tensor {
        try reduce(.minimum, axes, keepsAxes, operation: "min")
    }

    /// The mean of the squared distances from the mean, by two passes.
    public func variance(axes: [Int]? = nil, keepsAxes: Bool = false) throws(ComputeError) -> Tensor {
        try (self - mean(axes: axes, keepsAxes: true)).square().mean(axes: axes, keepsAxes: keepsAxes)
    }

    /// Where along an axis the first maximum stands, or the first NaN; int32.
    public func argmax(axis: Int = -1, keepsAxis: Bool = false) throws(ComputeError) -> Tensor {
        try record { (g, x) throws(ShapeError) in try g.argmax(x[0], axis: axis, keepsAxis: keepsAxis) }
    }

    /// exp(x) over its sum along an axis.
    public func softmax(axis: Int = -1) throws(ComputeError) -> Tensor {
        try record { (g, x) throws(ShapeError) in try g.softmax(x[0], axis: axis) }
    }

    /// The logarithm of `softmax`, exact where that underflows.
    public func logSoftmax(axis: Int = -1) throws(ComputeError) -> Tensor {
        try record { (g, x) throws(ShapeError) in try g.logSoftmax(x[0], axis: axis) }
    }

    private func reduce(
        _ kind: Reduce.Kind, _ axes: [Int]?, _ keepsAxes: Bool, operation: StaticString
    ) throws(ComputeError) -> Tensor {
        let axes = axes ?? Array(0..<rank)
        return try record(operation: operation) { (g, x) throws(ShapeError) in
            try g.reduce(kind, x[0], axes: axes, keepsAxes: keepsAxes)
        }
    }
}
