import MartletCore
import MartletFormats

/// The weights of a first layer that reads images, as pictures.
enum Filters {
    private static let limit = 48

    /// Grey is zero; each filter is as bright as its largest weight allows. Empty where the first weights read no images.
    ///
    /// - Parameter weights: of the first layer, in PyTorch's layout.
    static func images(of weights: HostArray?, sample: Shape) -> [ByteImage] {
        guard sample.rank == 3, let weights else { return [] }
        let (shape, values) = (weights.shape, weights.floats)
        let extents: (channels: Int, height: Int, width: Int)
        if shape.rank == 4, shape[1] == sample[0] {
            extents = (shape[1], shape[2], shape[3])
        } else if shape.rank == 2, shape[1] == sample.elementCount {
            extents = (sample[0], sample[1], sample[2])
        } else {
            return []
        }
        let size = extents.height * extents.width, count = size * extents.channels
        return (0..<min(limit, shape[0])).map { filter in
            let weights = values[filter * count ..< (filter + 1) * count]
            let largest = weights.reduce(0) { max($0, $1.isFinite ? $1.magnitude : 0) }
            let isColoured = extents.channels == 3
            var pixels: [UInt8] = []
            for pixel in 0..<size {
                let own = (0..<extents.channels).map { weights[weights.startIndex + $0 * size + pixel] }
                // Filters of other numbers of channels show their sum.
                for value in isColoured ? own : [own.reduce(0, +)] {
                    let share = largest > 0 && value.isFinite ? max(-1, min(1, value / largest)) : 0
                    pixels.append(UInt8((127.5 + 127.5 * share).rounded()))
                }
            }
            return ByteImage(height: extents.height, width: extents.width, channels: isColoured ? 3 : 1, pixels: pixels)
        }
    }

    /// Images side by side, for a place that shows one.
    static func sheet(_ images: [ByteImage], columns: Int = 8) -> ByteImage? {
        guard let first = images.first else { return nil }
        let rows = (images.count + columns - 1) / columns
        let (height, width, channels) = (first.height, first.width, first.channels)
        let (sheetHeight, sheetWidth) = (rows * (height + 1) + 1, columns * (width + 1) + 1)
        var pixels = [UInt8](repeating: 0, count: sheetHeight * sheetWidth * channels)
        for (place, image) in images.enumerated() {
            let (top, left) = (place / columns * (height + 1) + 1, place % columns * (width + 1) + 1)
            for row in 0..<height {
                for byte in 0..<width * channels {
                    pixels[((top + row) * sheetWidth + left) * channels + byte] = image.pixels[row * width * channels + byte]
                }
            }
        }
        return ByteImage(height: sheetHeight, width: sheetWidth, channels: channels, pixels: pixels)
    }
}
