import MartletCore
import MartletGraph
import MartletOps

// Images are n x h x w x channels; `channelsLast` and `channelsSecond` convert from and to PyTorch's order. A size is a
// number for rows and columns, or `Size2D(rows, columns)`.
extension Tensor {
    /// Cross-correlation with weights kernel height x kernel width x channels / groups x output channels, and a bias for each
    /// output channel. As many groups as channels make it depthwise. Numeric order: see `Conv2D`.
    public func conv2D(
        _ weights: Tensor, bias: Tensor? = nil, stride: Size2D = 1, padding: Padding2D = .valid, dilation: Size2D = 1,
        groups: Int = 1
    ) throws(ComputeError) -> Tensor {
        try Tensor.record([self, weights, bias].compactMap { $0 }) { (g, x) throws(ShapeError) in
            [try g.conv2D(
                x[0], x[1], bias: x.count > 2 ? x[2] : nil, stride: stride, padding: padding, dilation: dilation, groups: groups)]
        }[0]
    }

    /// The greatest element under a window; of equal ones the first, and NaN before all. The stride is the window's size
    /// unless it is given.
    public func maxPool2D(
        _ size: Size2D, stride: Size2D? = nil, padding: Padding2D = .valid, dilation: Size2D = 1, ceilMode: Bool = false
    ) throws(ComputeError) -> Tensor {
        try record { (g, x) throws(ShapeError) in
            try g.maxPool2D(x[0], size, stride: stride, padding: padding, dilation: dilation, ceilMode: ceilMode)
        }
    }

    /// The same with the place (row * width + column) of each greatest element in its image, int32.
    public func maxPool2DWithPlaces(
        _ size: Size2D, stride: Size2D? = nil, padding: Padding2D = .valid, dilation: Size2D = 1, ceilMode: Bool = false
    ) throws(ComputeError) -> (values: Tensor, places: Tensor) {
        let results = try Tensor.record([self]) { (g, x) throws(ShapeError) in
            let pooled = try g.maxPool2DWithPlaces(
                x[0], size, stride: stride, padding: padding, dilation: dilation, ceilMode: ceilMode)
            return [pooled.values, pooled.places]
        }
        return (results[0], results[1])
    }

    /// The mean under a window, which counts padding as zeros unless told otherwise; `divisor` replaces the number of
    /// elements. The stride is the window's size unless it is given.
    public func averagePool2D(
        _ size: Size2D, stride: Size2D? = nil, padding: Padding2D = .valid, ceilMode: Bool = false, countsPadding: Bool = true,
        divisor: Int? = nil
    ) throws(ComputeError) -> Tensor {
        try record { (g, x) throws(ShapeError) in
            try g.averagePool2D(
                x[0], size, stride: stride, padding: padding, ceilMode: ceilMode, countsPadding: countsPadding, divisor: divisor)
        }
    }

    /// The means of so many windows that share the image as evenly as they can.
    public func adaptiveAveragePool2D(_ size: Size2D) throws(ComputeError) -> Tensor {
        try record { (g, x) throws(ShapeError) in try g.adaptiveAveragePool2D(x[0], size) }
    }

    /// The mean of each channel of an image: n x channels.
    public func globalAveragePool2D() throws(ComputeError) -> Tensor {
        try record { (g, x) throws(ShapeError) in try g.globalAveragePool2D(x[0]) }
    }

    /// The greatest element of each channel of an image: n x channels.
    public func globalMaxPool2D() throws(ComputeError) -> Tensor {
        try record { (g, x) throws(ShapeError) in try g.globalMaxPool2D(x[0]) }
    }

    /// Channels from the second axis to the last: NCHW to NHWC.
    public func channelsLast() throws(ComputeError) -> Tensor {
        try record { (g, x) throws(ShapeError) in try g.channelsLast(x[0]) }
    }

    /// Channels from the last axis to the second: NHWC to NCHW.
    public func channelsSecond() throws(ComputeError) -> Tensor {
        try record { (g, x) throws(ShapeError) in try g.channelsSecond(x[0]) }
    }
}
