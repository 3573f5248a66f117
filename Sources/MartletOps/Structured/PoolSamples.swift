import MartletCore

extension Operation {
    /// The result's shape of a window over images; each window must hold an element.
    func requirePooling(_ window: Window2D, _ operands: [TensorType]) throws(ShapeError) -> Shape {
        try require(
            window.isValid, "kernel, stride and dilation of at least 1 and padding of at least 0 (here \(window))", operands)
        try require(
            operands.count == 1 && operands[0].dtype == .float32 && operands[0].shape.rank == 4, "float32 images n x h x w x channels",
            operands)
        let shape = operands[0].shape
        let image = Size2D(shape[1], shape[2])
        let places = try requirePlaces(window, over: image, operands)
        try require(
            window.height.alwaysHoldsAnElement(image.height) && window.width.alwaysHoldsAnElement(image.width),
            "padding so small that each window holds an element of the image (\(window) over \(image))", operands)
        return [shape[0], places.height, places.width, shape[3]]
    }
}

/// The cases that kinds of pooling share.
enum PoolSamples {
    /// What images of a shape become: one row and column for each place of a window.
    static func pooled(_ shape: Shape, _ places: Size2D) -> TensorType { TensorType([shape[0], places.height, places.width, shape[3]]) }

    static func windows(dilated: Bool) -> [(label: String, shape: Shape, window: Window2D)] {
        var cases: [(Shape, Window2D)] = []
        func add(
            _ shape: Shape, _ size: Size2D, stride: Size2D, padding: Padding2D = .valid, dilation: Size2D = 1, ceilMode: Bool = false
        ) {
            cases.append((
                shape,
                Window2D(size, stride: stride, padding: padding, dilation: dilation, ceilMode: ceilMode, over: Size2D(shape[1], shape[2]))
            ))
        }
        add([1, 1, 1, 1], 1, stride: 1)
        add([2, 8, 8, 3], 2, stride: 2)
        add([2, 7, 9, 17], 3, stride: 2, padding: 1)
        add([1, 33, 7, 33], 2, stride: 2)
        add([2, 8, 7, 2], 3, stride: 2, ceilMode: true)
        add([2, 8, 7, 2], 3, stride: 2, padding: 1, ceilMode: true)
        add([3, 5, 7, 5], Size2D(5, 7), stride: 1)
        add([1, 11, 10, 3], 2, stride: 3)
        add([1, 11, 10, 3], 2, stride: 3, ceilMode: true)
        add([2, 6, 6, 16], 3, stride: 1, padding: .same)
        add([1, 7, 5, 65], Size2D(2, 3), stride: Size2D(1, 2), padding: .sides(top: 1, bottom: 0, left: 0, right: 2))
        add([0, 4, 4, 2], 2, stride: 2)
        // In ceil mode a window may be larger than the image with its padding.
        add([2, 3, 1, 5], Size2D(5, 2), stride: 3, padding: .sides(top: 1, bottom: 0, left: 0, right: 0), ceilMode: true)
        if dilated {
            add([1, 10, 10, 2], 3, stride: 1, padding: 1, dilation: 2)
            add([2, 17, 9, 7], Size2D(3, 2), stride: Size2D(2, 3), padding: 1, dilation: Size2D(3, 2), ceilMode: true)
        }
        return cases.map { ("\($0), \($1)", $0, $1) }
    }
}
