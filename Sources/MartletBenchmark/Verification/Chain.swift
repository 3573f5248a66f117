import MartletCore
import MartletOps

/// Single elements of results by the numerics contract's own words: naive chains of the host's fma.
enum Chain {
    /// Element (row, column) of a product, segment by segment.
    static func product(_ shape: GemmShape, _ a: [Float], _ b: [Float], row: Int, column: Int) -> Float {
        let length = segmentLength(rows: shape.rows, columns: shape.columns, inner: shape.inner)
        return segments(shape.inner, length) { k, sum in
            let left = a[shape.transposeA ? k * shape.rows + row : row * shape.inner + k]
            let right = b[shape.transposeB ? column * shape.inner + k : k * shape.columns + column]
            return sum.addingProduct(left, right)
        }
    }

    /// Element `index` of the result of a convolution: by kernel row, kernel column, channel.
    static func forward(_ e: ConvolutionExtents, _ images: [Float], _ weights: [Float], index: Int) -> Float {
        let place = indices(index, e.resultShape)
        var sum: Float = 0
        for kh in 0..<e.window.size.height {
            for kw in 0..<e.window.size.width {
                let (h, w) = (e.window.height.element(place[1], tap: kh), e.window.width.element(place[2], tap: kw))
                guard (0..<e.image.height).contains(h), (0..<e.image.width).contains(w) else { continue }
                for channel in 0..<e.channels {
                    sum = sum.addingProduct(
                        images[offset([place[0], h, w, channel], e.inputShape)],
                        weights[offset([kh, kw, channel, place[3]], e.weightShape)])
                }
            }
        }
        return sum
    }

    /// Element `index` of the images' gradient: by output row, output column, output channel.
    static func inputGradient(_ e: ConvolutionExtents, _ upstream: [Float], _ weights: [Float], index: Int) -> Float {
        let place = indices(index, e.inputShape)
        var sum: Float = 0
        for oh in 0..<e.result.height {
            for ow in 0..<e.result.width {
                let taps = (tap(e.window.height, oh, of: place[1]), tap(e.window.width, ow, of: place[2]))
                guard let kh = taps.0, let kw = taps.1 else { continue }
                for channel in 0..<e.outputChannels {
                    sum = sum.addingProduct(
                        upstream[offset([place[0], oh, ow, channel], e.resultShape)],
                        weights[offset([kh, kw, place[3], channel], e.weightShape)])
                }
            }
        }
        return sum
    }

    /// Element `index` of the weights' gradient: segments of whole images, by image, output row, output column.
    static func weightGradient(_ e: ConvolutionExtents, _ images: [Float], _ upstream: [Float], index: Int) -> Float {
        let place = indices(index, e.weightShape)
        return segments(e.images, e.segmentImages) { n, start in
            var sum = start
            for oh in 0..<e.result.height {
                for ow in 0..<e.result.width {
                    let (h, w) = (e.window.height.element(oh, tap: place[0]), e.window.width.element(ow, tap: place[1]))
                    guard (0..<e.image.height).contains(h), (0..<e.image.width).contains(w) else { continue }
                    sum = sum.addingProduct(
                        images[offset([n, h, w, place[2]], e.inputShape)], upstream[offset([n, oh, ow, place[3]], e.resultShape)])
                }
            }
            return sum
        }
    }

    /// Chains from zero over segments of `length`, whose ends are added in order.
    private static func segments(_ count: Int, _ length: Int, _ next: (Int, Float) -> Float) -> Float {
        var total: Float = 0
        for start in stride(from: 0, to: count, by: length) {
            var sum: Float = 0
            for index in start ..< min(count, start + length) { sum = next(index, sum) }
            total = start == 0 ? sum : total + sum
        }
        return total
    }

    private static func tap(_ axis: WindowAxis, _ place: Int, of element: Int) -> Int? {
        (0..<axis.size).first { axis.element(place, tap: $0) == element }
    }

    private static func indices(_ index: Int, _ shape: Shape) -> [Int] {
        zip(shape.strides, shape.extents).map { index / $0 % $1 }
    }
    private static func offset(_ indices: [Int], _ shape: Shape) -> Int { zip(indices, shape.strides).reduce(0) { $0 + $1.0 * $1.1 } }
}

/// About `limit` places in 0..<count: both ends, and a spread between that no tile size divides.
func spread(over count: Int, limit: Int = 48) -> [Int] {
    guard count > limit else { return Array(0..<count) }
    return [0, count - 1] + (1 ... limit - 2).map { Int((Double($0) * 0.6180339887498949).truncatingRemainder(dividingBy: 1) * Double(count)) }
}

/// What is wrong with sampled elements of a result; nil where all have the expected bits.
func firstWrong(_ result: [Float], _ expected: [(index: Int, value: Float)]) -> String? {
    for (index, value) in expected where !sameBits(result[index], value) {
        return "element \(index) is \(result[index]), and the chain of fma gives \(value)"
    }
    return nil
}

/// What is wrong with an opponent's result, which sums in an order of its own; nil where it is near enough to be honest.
/// - Parameter terms: of each sum.
func firstFar(_ result: UnsafePointer<Float>, _ expected: [(index: Int, value: Float)], terms: Int) -> String? {
    let scale = max(1, Double(terms).squareRoot())
    for (index, value) in expected where !(Double((result[index] - value).magnitude) <= 1e-4 * scale) {
        return "its element \(index) is \(result[index]), and ours \(value)"
    }
    return nil
}
