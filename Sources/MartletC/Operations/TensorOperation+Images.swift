import Martlet

/// Images are n x h x w x channels. A size is an array of one number or two (rows, columns).
extension TensorOperation {
    static let images: [TensorOperation] = [
        one(
            "conv2d",
            "images, weights (kernel h x kernel w x channels / groups x outputs), and a bias for each output or none -> the "
                + "cross-correlation; padding: one number, rows and columns, or top, bottom, left, right; same: as much as "
                + "leaves one place for every stride", 2...3, convolution, rows: ["conv2d"]
        ) { x in
            try x[0].conv2D(
                x[1], bias: x.operands.count > 2 ? x[2] : nil, stride: try x.size("stride"), padding: try x.padding(),
                dilation: try x.size("dilation"), groups: x.attributes.integer("groups"))
        },
        one(
            "conv2d_input_gradient",
            "upstream (n x h' x w' x outputs), weights -> the gradient of conv2d for images of this size; also the transposed "
                + "convolution", 2...2, [.integers("image")] + convolution, rows: ["conv2d_input_gradient"]
        ) { x in
            let (shape, image) = (x[1].shape, try x.size("image"))
            guard shape.rank == 4 else {
                throw CallError.expected("weights of four axes", found: "\(shape)", of: "conv2d_input_gradient")
            }
            let window = try x.window(Size2D(shape[0], shape[1]), dilation: try x.size("dilation"), over: image)
            return try x[0].record(with: x[1]) { (g, values) throws(ShapeError) in
                try g.apply(Conv2DInputGradient(window, groups: x.attributes.integer("groups"), image: image), values)[0]
            }
        },
        one(
            "conv2d_weight_gradient", "images, upstream -> the gradient of conv2d for weights of this size", 2...2,
            [.integers("size")] + convolution, rows: ["conv2d_weight_gradient"]
        ) { x in
            let window = try x.window(try x.size("size"), dilation: try x.size("dilation"), over: try x.imageSize())
            return try x[0].record(with: x[1]) { (g, values) throws(ShapeError) in
                try g.apply(Conv2DWeightGradient(window, groups: x.attributes.integer("groups")), values)[0]
            }
        },
        TensorOperation(
            "max_pool2d",
            "images -> the greatest elements under a window (stride: its size by default), and their places in their images "
                + "(row width + column, int32)", 1...1, results: 2, pooling + [.integers("dilation", [1])], rows: ["max_pool2d"]
        ) { x in
            let (values, places) = try x[0].maxPool2DWithPlaces(
                try x.size("size"), stride: try x.optionalSize("stride"), padding: try x.padding(),
                dilation: try x.size("dilation"), ceilMode: x.attributes.flag("ceilMode"))
            return [values, places]
        },
        one(
            "max_pool2d_gradient", "upstream, the places of max_pool2d -> its gradient for images of this size", 2...2,
            [.integers("image")] + pooling + [.integers("dilation", [1])], rows: ["max_pool2d_gradient"]
        ) { x in
            let image = try x.size("image")
            let window = try x.poolingWindow(dilation: try x.size("dilation"), over: image)
            return try x[0].record(with: x[1]) { (g, values) throws(ShapeError) in
                try g.apply(MaxPool2DGradient(window, image: image), values)[0]
            }
        },
        one(
            "average_pool2d", "images -> the means under a window (stride: its size by default); divisor in place of its elements",
            1...1, pooling + averaging, rows: ["average_pool2d"]
        ) { x in
            try x[0].averagePool2D(
                try x.size("size"), stride: try x.optionalSize("stride"), padding: try x.padding(),
                ceilMode: x.attributes.flag("ceilMode"), countsPadding: x.attributes.flag("countsPadding"),
                divisor: x.attributes.optionalInteger("divisor"))
        },
        one(
            "average_pool2d_gradient", "upstream -> the gradient of average_pool2d for images of this size", 1...1,
            [.integers("image")] + pooling + averaging, rows: ["average_pool2d_gradient"]
        ) { x in
            let image = try x.size("image")
            return try x.averageGradient(
                .moving(
                    try x.poolingWindow(over: image), countsPadding: x.attributes.flag("countsPadding"),
                    divisor: x.attributes.optionalInteger("divisor")), image)
        },
        one(
            "adaptive_average_pool2d", "images -> the means of so many windows that share the image evenly", 1...1,
            [.integers("size")], rows: ["average_pool2d"]
        ) { x in try x[0].adaptiveAveragePool2D(try x.size("size")) },
        one(
            "adaptive_average_pool2d_gradient", "upstream -> the gradient of adaptive_average_pool2d for images of this size", 1...1,
            [.integers("image")], rows: ["average_pool2d_gradient"]
        ) { x in try x.averageGradient(.adaptive(try x.imageSize()), try x.size("image")) },
        one("global_average_pool2d", "images -> the mean of each channel: n x channels", 1...1, rows: ["average_pool2d"]) { x in
            try x[0].globalAveragePool2D()
        },
        one("global_max_pool2d", "images -> the greatest element of each channel: n x channels", 1...1, rows: ["max_pool2d"]) { x in
            try x[0].globalMaxPool2D()
        },
    ]

    private static let convolution: [Attribute] = [
        .integers("stride", [1]), .integers("padding", [0]), .flag("same"), .integers("dilation", [1]), .integer("groups", 1),
    ]
    private static let pooling: [Attribute] = [
        .integers("size"), .optionalIntegers("stride"), .integers("padding", [0]), .flag("same"), .flag("ceilMode"),
    ]
    private static let averaging: [Attribute] = [.flag("countsPadding", true), .optionalInteger("divisor")]
}

extension TensorOperation.Request {
    fileprivate func size(_ name: String) throws(CallError) -> Size2D { try size(attributes.integers(name), name) }

    fileprivate func optionalSize(_ name: String) throws(CallError) -> Size2D? {
        guard let values = attributes.optionalIntegers(name) else { return nil }
        return try size(values, name)
    }

    private func size(_ values: [Int], _ name: String) throws(CallError) -> Size2D {
        guard (1...2).contains(values.count) else {
            throw .usage("expected one number or two (rows, columns) for the attribute '\(name)', found \(values)")
        }
        return Size2D(values[0], values[values.count - 1])
    }

    fileprivate func padding() throws(CallError) -> Padding2D {
        let values = attributes.integers("padding")
        if attributes.flag("same") {
            guard values.allSatisfy({ $0 == 0 }) else {
                throw .usage("expected 'same' or a 'padding', found both; leave one out")
            }
            return .same
        }
        if values.count == 4 { return .sides(top: values[0], bottom: values[1], left: values[2], right: values[3]) }
        return .symmetric(try size(values, "padding"))
    }

    /// Rows and columns of the first operand.
    fileprivate func imageSize() throws(CallError) -> Size2D {
        let shape = self[0].shape
        guard shape.rank == 4 else { throw .usage("expected n x h x w x channels, found \(shape)") }
        return Size2D(shape[1], shape[2])
    }

    fileprivate func window(_ size: Size2D, dilation: Size2D, over image: Size2D) throws(CallError) -> Window2D {
        Window2D(size, stride: try self.size("stride"), padding: try padding(), dilation: dilation, over: image)
    }

    fileprivate func poolingWindow(dilation: Size2D = 1, over image: Size2D) throws(CallError) -> Window2D {
        let size = try size("size")
        return Window2D(
            size, stride: try optionalSize("stride") ?? size, padding: try padding(), dilation: dilation,
            ceilMode: attributes.flag("ceilMode"), over: image)
    }

    fileprivate func averageGradient(_ windows: AverageWindows, _ image: Size2D) throws -> Tensor {
        try self[0].record { (g, values) throws(ShapeError) in
            try g.apply(AveragePool2DGradient(windows, image: image), values)[0]
        }
    }
}
