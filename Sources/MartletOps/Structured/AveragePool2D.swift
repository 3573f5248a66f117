import MartletCore

/// How an image is cut into the windows of an average.
public enum AverageWindows: Hashable, Sendable {
    /// A window without dilation. The divisor is the number of its elements, those of the padding included or not; where it
    /// runs over the padding's end it is cut there before it is counted. `divisor` replaces that number.
    case moving(Window2D, countsPadding: Bool = true, divisor: Int? = nil)
    /// So many windows, window i of O over an axis of H being floor(i H / O) ..< ceil((i + 1) H / O): of uneven size, and
    /// overlapping where O does not divide H.
    case adaptive(Size2D)

    /// The elements of one place along an axis, and how many they count for.
    public struct Span: Hashable, Sendable {
        /// The first element, the place behind the last, and the number to divide by along this axis.
        public var begin, end, count: Int
    }

    /// Along one axis, for every place in order; both ends increase.
    public func rows(_ extent: Int) -> [Span] {
        switch self {
        case .moving(let window, let countsPadding, _): Self.spans(window.height, extent, countsPadding)
        case .adaptive(let size): Self.spans(size.height, extent)
        }
    }

    /// The same along the other axis.
    public func columns(_ extent: Int) -> [Span] {
        switch self {
        case .moving(let window, let countsPadding, _): Self.spans(window.width, extent, countsPadding)
        case .adaptive(let size): Self.spans(size.width, extent)
        }
    }

    /// What replaces the number of elements; nil for nothing.
    public var divisor: Int? {
        if case .moving(_, _, let divisor) = self { divisor } else { nil }
    }

    func places(_ image: Size2D) -> Size2D {
        switch self {
        case .moving(let window, _, _): window.places(image)
        case .adaptive(let size): size
        }
    }

    private static func spans(_ axis: WindowAxis, _ extent: Int, _ countsPadding: Bool) -> [Span] {
        (0..<axis.places(extent)).map { place in
            let first = axis.element(place, tap: 0)
            let end = min(first + axis.size, extent + axis.after)
            let held = (begin: max(first, 0), end: min(end, extent))
            return Span(begin: held.begin, end: held.end, count: countsPadding ? end - first : held.end - held.begin)
        }
    }

    private static func spans(_ places: Int, _ extent: Int) -> [Span] {
        (0..<places).map { place in
            let (begin, end) = (place * extent / places, ((place + 1) * extent + places - 1) / places)
            return Span(begin: begin, end: end, count: end - begin)
        }
    }

    /// For every element of an axis the places whose spans hold it.
    public static func holders(_ spans: [Span], extent: Int) -> [Range<Int>] {
        (0..<extent).map { element in
            let first = spans.firstIndex { $0.end > element } ?? spans.count
            let end = spans.firstIndex { $0.begin > element } ?? spans.count
            return first..<max(first, end)
        }
    }
}

/// The mean under windows over images.
///
/// Operand: n x h x w x channels. Result: n x h' x w' x channels.
/// Numeric order: the elements added from zero in row-major order, then divided.
public struct AveragePool2D: Operation {
    public static let name = "average_pool2d"
    public static let summary = Summary(
        "the mean under a moving window, with or without counting padding, or of so many windows as are asked for",
        order: "elements added from zero in row-major order, then divided",
        source: "PyTorch AvgPool2d, AdaptiveAvgPool2d")

    /// How the image is cut.
    public var windows: AverageWindows

    /// - Parameter windows: those that move, or as many as the result has places.
    public init(_ windows: AverageWindows) { self.windows = windows }

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        [TensorType(try requireAverage(windows, operands))]
    }

    public func gradient(
        operands: [Value], results: [Value], upstream: [Value?], in graph: inout some GraphBuilder
    ) throws(ShapeError) -> [Value?] {
        let shape = graph.type(of: operands[0]).shape
        return [try graph.apply(AveragePool2DGradient(windows, image: Size2D(shape[1], shape[2])), [upstream[0]!])[0]]
    }

    public func cost(_ operands: [TensorType], _ results: [TensorType]) -> Cost {
        Cost(flops: windows.additions(operands[0].shape), operands, results)
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        let shape = operands[0].type.shape
        results[0].values = results[0].values.map { _ in 0 }
        windows.forEachShare(shape) { element, place, divisor in results[0][place] += operands[0][element] / divisor }
    }

    public static var samples: [Sample] {
        // Sums of numbers of very different size cancel.
        AverageWindows.samples(specialTolerance: 1e-3) { _, windows, shape in (AveragePool2D(windows), TensorType(shape)) }
    }
}

/// What came from above, shared among the elements under each window.
///
/// Operand: upstream (n x h' x w' x channels). Result: n x `image` x channels.
/// Numeric order: the shares (upstream / divisor) added from zero by output row and output column, increasing.
public struct AveragePool2DGradient: Operation {
    public static let name = "average_pool2d_gradient"
    public static let summary = Summary(
        "every upstream element shared among the elements under its window",
        order: "from zero, by output row and output column, increasing")

    /// Those of the forward pass.
    public var windows: AverageWindows
    /// Rows and columns of the images.
    public var image: Size2D

    /// - Parameter image: rows and columns, which the result cannot tell.
    public init(_ windows: AverageWindows, image: Size2D) {
        self.windows = windows
        self.image = image
    }

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        let expected = "one float32 gradient n x h' x w' x channels"
        try require(operands.count == 1 && operands[0].dtype == .float32 && operands[0].shape.rank == 4, expected, operands)
        let shape = operands[0].shape
        let input: Shape = [shape[0], image.height, image.width, shape[3]]
        let pooled = try requireAverage(windows, [TensorType(input)])
        try require(pooled == shape, "a gradient of \(pooled) for images of \(image)", operands)
        return [TensorType(input)]
    }

    public func gradient(
        operands: [Value], results: [Value], upstream: [Value?], in graph: inout some GraphBuilder
    ) throws(ShapeError) -> [Value?] {
        [try graph.apply(AveragePool2D(windows), [upstream[0]!])[0]]
    }

    public func cost(_ operands: [TensorType], _ results: [TensorType]) -> Cost {
        Cost(flops: 2 * windows.additions(results[0].shape), operands, results)
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        results[0].values = results[0].values.map { _ in 0 }
        windows.forEachShare(results[0].type.shape) { element, place, divisor in results[0][element] += operands[0][place] / divisor }
    }

    public static var samples: [Sample] {
        AverageWindows.samples { image, windows, shape in
            (AveragePool2DGradient(windows, image: image), PoolSamples.pooled(shape, windows.places(image)))
        }
    }
}

extension AverageWindows {
    /// Elements of all windows over images of a shape.
    fileprivate func additions(_ shape: Shape) -> Int {
        func total(_ spans: [Span]) -> Int { spans.reduce(0) { $0 + $1.end - $1.begin } }
        return shape[0] * shape[3] * total(rows(shape[1])) * total(columns(shape[2]))
    }

    /// Calls `body` for every element under every window, by flat indices.
    fileprivate func forEachShare(_ shape: Shape, _ body: (_ element: Int, _ place: Int, _ divisor: Double) -> Void) {
        let (rows, columns, channels) = (rows(shape[1]), columns(shape[2]), shape[3])
        for n in 0..<shape[0] {
            for (oh, ow) in grid(Size2D(rows.count, columns.count)) {
                let divisor = Double(divisor ?? rows[oh].count * columns[ow].count)
                for h in rows[oh].begin..<rows[oh].end {
                    for w in columns[ow].begin..<columns[ow].end {
                        for channel in 0..<channels {
                            body(
                                ((n * shape[1] + h) * shape[2] + w) * channels + channel,
                                ((n * rows.count + oh) * columns.count + ow) * channels + channel, divisor)
                        }
                    }
                }
            }
        }
    }

    /// The samples of an operation over windows.
    /// - Parameter make: the operation, and its operand for images of a shape.
    fileprivate static func samples(
        specialTolerance: Double = 1e-5, _ make: (_ image: Size2D, AverageWindows, Shape) -> (operation: any Operation, operand: TensorType)
    ) -> [Sample] {
        cases.map { label, shape, windows in
            let (operation, operand) = make(Size2D(shape[1], shape[2]), windows, shape)
            let isSpecial = label.hasSuffix("special")
            return Sample(
                label, operation, [operand], [isSpecial ? .special : .normal],
                differentiable: shape.elementCount < 1000 && !isSpecial ? [0] : [], tolerance: isSpecial ? specialTolerance : 1e-5)
        }
    }

    private static var cases: [(label: String, shape: Shape, windows: AverageWindows)] {
        var cases: [(String, Shape, AverageWindows)] = []
        for (label, shape, window) in PoolSamples.windows(dilated: false) {
            cases.append((label, shape, .moving(window)))
            cases.append(("\(label), padding not counted", shape, .moving(window, countsPadding: false)))
        }
        let window = Window2D(3, stride: 2, padding: 1, over: Size2D(7, 9))
        cases.append(("divisor 4", [2, 7, 9, 5], .moving(window, divisor: 4)))
        cases.append(("divisor special", [2, 7, 9, 17], .moving(window, divisor: 4)))
        let adaptive: [(Shape, Size2D)] = [
            ([2, 8, 8, 3], 1), ([1, 7, 9, 17], Size2D(3, 2)), ([1, 4, 6, 4], Size2D(4, 6)), ([2, 5, 3, 33], Size2D(7, 8)), ([3, 1, 1, 2], 1),
        ]
        for (shape, size) in adaptive { cases.append(("adaptive \(shape) to \(size)", shape, .adaptive(size))) }
        return cases
    }
}

extension Operation {
    fileprivate func requireAverage(_ windows: AverageWindows, _ operands: [TensorType]) throws(ShapeError) -> Shape {
        switch windows {
        case .moving(let window, _, let divisor):
            try require(
                window.height.dilation == 1 && window.width.dilation == 1 && divisor ?? 1 > 0,
                "an average without dilation, and a positive divisor where one is given", operands)
            return try requirePooling(window, operands)
        case .adaptive(let size):
            try require(
                operands.count == 1 && operands[0].dtype == .float32 && operands[0].shape.rank == 4 && operands[0].shape[1] > 0
                    && operands[0].shape[2] > 0 && size.height > 0 && size.width > 0,
                "float32 images n x h x w x channels, not empty, and at least one window", operands)
            return [operands[0].shape[0], size.height, size.width, operands[0].shape[3]]
        }
    }
}
