extension ByteImage {
    /// The image at another size: bilinear, and where it shrinks every output pixel is the mean, weighted by a triangle,
    /// of all that it covers. In double precision in a fixed order, so that every machine gets the same bytes.
    public func resized(height newHeight: Int, width newWidth: Int) -> ByteImage {
        guard newHeight != height || newWidth != width else { return self }
        let columns = Taps.along(from: width, to: newWidth), rows = Taps.along(from: height, to: newHeight)
        var wide = [Double](repeating: 0, count: height * newWidth * channels)
        for y in 0..<height {
            for (x, taps) in columns.enumerated() {
                for channel in 0..<channels {
                    var sum = 0.0
                    for (place, weight) in taps.weights.enumerated() {
                        sum += weight * Double(pixels[(y * width + taps.first + place) * channels + channel])
                    }
                    wide[(y * newWidth + x) * channels + channel] = sum
                }
            }
        }
        let stride = newWidth * channels
        var result = [UInt8](repeating: 0, count: newHeight * stride)
        for (y, taps) in rows.enumerated() {
            for x in 0..<stride {
                var sum = 0.0
                for (place, weight) in taps.weights.enumerated() { sum += weight * wide[(taps.first + place) * stride + x] }
                result[y * stride + x] = UInt8(min(255, max(0, (sum + 0.5).rounded(.down))))
            }
        }
        return ByteImage(height: newHeight, width: newWidth, channels: channels, pixels: result)
    }
}

/// The input pixels that an output pixel is made of, and their weights, which add up to 1.
private struct Taps {
    let first: Int
    let weights: [Double]

    /// Pixel centres lie at halves; the border is repeated.
    static func along(from count: Int, to newCount: Int) -> [Taps] {
        let scale = Double(count) / Double(newCount)
        let reach = max(1, scale)
        return (0..<newCount).map { place in
            let centre = (Double(place) + 0.5) * scale
            let first = max(0, Int((centre - reach + 0.5).rounded(.down)))
            let end = max(first + 1, min(count, Int((centre + reach + 0.5).rounded(.down))))
            let weights = (first..<end).map { max(0, 1 - abs((Double($0) + 0.5 - centre) / reach)) }
            let sum = weights.reduce(0, +)
            return Taps(first: first, weights: weights.map { $0 / sum })
        }
    }
}
