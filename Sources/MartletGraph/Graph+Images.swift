import MartletCore
import MartletOps

/// Images are n x h x w x channels.
extension Graph {
    /// Cross-correlation with weights kernel height x kernel width x channels / groups x output channels, and a bias for each
    /// output channel. As many groups as channels make it depthwise.
    public mutating func conv2D(
        _ x: Value, _ weights: Value, bias: Value? = nil, stride: Size2D = 1, padding: Padding2D = .valid, dilation: Size2D = 1,
        groups: Int = 1
    ) throws(ShapeError) -> Value {
        let (image, kernel) = (try image(x, "conv2d"), type(of: weights))
        guard kernel.shape.rank == 4 else {
            throw ShapeError(
                "conv2d", expected: "weights kernel height x kernel width x channels / groups x output channels",
                found: [type(of: x), kernel])
        }
        if let bias, type(of: bias).shape != [kernel.shape[3]] {
            throw ShapeError(
                "conv2d", expected: "a bias of \(kernel.shape[3]), one for each output channel",
                found: [type(of: x), kernel, type(of: bias)])
        }
        let window = Window2D(
            Size2D(kernel.shape[0], kernel.shape[1]), stride: stride, padding: padding, dilation: dilation, over: image)
        let y = try apply(Conv2D(window, groups: groups), [x, weights])[0]
        return if let bias { try apply(.add, y, bias) } else { y }
    }

    /// The greatest element under a window; of equal ones the first, and NaN before all. The stride is the window's size
    /// unless it is given.
    public mutating func maxPool2D(
        _ x: Value, _ size: Size2D, stride: Size2D? = nil, padding: Padding2D = .valid, dilation: Size2D = 1, ceilMode: Bool = false
    ) throws(ShapeError) -> Value {
        try maxPool2DWithPlaces(x, size, stride: stride, padding: padding, dilation: dilation, ceilMode: ceilMode).values
    }

    /// The same with the place (row * width + column) of each greatest element in its image, int32.
    public mutating func maxPool2DWithPlaces(
        _ x: Value, _ size: Size2D, stride: Size2D? = nil, padding: Padding2D = .valid, dilation: Size2D = 1, ceilMode: Bool = false
    ) throws(ShapeError) -> (values: Value, places: Value) {
        let window = Window2D(
            size, stride: stride ?? size, padding: padding, dilation: dilation, ceilMode: ceilMode, over: try image(x, "max_pool2d"))
        let results = try apply(MaxPool2D(window), [x])
        return (results[0], results[1])
    }

    /// The mean under a window, which counts padding as zeros unless told otherwise; `divisor` replaces the number of
    /// elements. The stride is the window's size unless it is given.
    public mutating func averagePool2D(
        _ x: Value, _ size: Size2D, stride: Size2D? = nil, padding: Padding2D = .valid, ceilMode: Bool = false,
        countsPadding: Bool = true, divisor: Int? = nil
    ) throws(ShapeError) -> Value {
        let window = Window2D(
            size, stride: stride ?? size, padding: padding, ceilMode: ceilMode, over: try image(x, "average_pool2d"))
        return try apply(AveragePool2D(.moving(window, countsPadding: countsPadding, divisor: divisor)), [x])[0]
    }

    /// The means of so many windows that share the image as evenly as they can.
    public mutating func adaptiveAveragePool2D(_ x: Value, _ size: Size2D) throws(ShapeError) -> Value {
        try apply(AveragePool2D(.adaptive(size)), [x])[0]
    }

    /// The mean of each channel of an image: n x channels.
    public mutating func globalAveragePool2D(_ x: Value) throws(ShapeError) -> Value {
        let pooled = try adaptiveAveragePool2D(x, 1)
        let shape = type(of: pooled).shape
        return try reshape(pooled, [shape[0], shape[3]])
    }

    /// The greatest element of each channel of an image: n x channels.
    public mutating func globalMaxPool2D(_ x: Value) throws(ShapeError) -> Value {
        let pooled = try maxPool2D(x, try image(x, "max_pool2d"))
        let shape = type(of: pooled).shape
        return try reshape(pooled, [shape[0], shape[3]])
    }

    /// Channels from the second axis to the last: NCHW to NHWC.
    public mutating func channelsLast(_ x: Value) throws(ShapeError) -> Value { try transpose(x, [0, 2, 3, 1]) }

    /// Channels from the last axis to the second: NHWC to NCHW.
    public mutating func channelsSecond(_ x: Value) throws(ShapeError) -> Value { try transpose(x, [0, 3, 1, 2]) }

    /// Rows and columns of images.
    private func image(_ x: Value, _ operation: String) throws(ShapeError) -> Size2D {
        let shape = type(of: x).shape
        guard shape.rank == 4 else {
            throw ShapeError(operation, expected: "images n x h x w x channels", found: [type(of: x)])
        }
        return Size2D(shape[1], shape[2])
    }
}
