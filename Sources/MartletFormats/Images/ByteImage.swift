/// An image in host memory: height x width x channels bytes, 1 channel of greys or 3 of red, green and blue.
public struct ByteImage: Hashable, Sendable {
    /// Rows of pixels.
    public let height: Int
    /// Pixels in a row.
    public let width: Int
    /// 1 for greys, 3 for red, green and blue.
    public let channels: Int
    /// Row by row from the top, the channels of a pixel beside each other.
    public var pixels: [UInt8]

    /// - Precondition: the bytes fill the image.
    public init(height: Int, width: Int, channels: Int, pixels: [UInt8]) {
        precondition(pixels.count == height * width * channels, "\(pixels.count) bytes do not fill the image")
        self.height = height
        self.width = width
        self.channels = channels
        self.pixels = pixels
    }

    /// Larger images are refused before room is made for them.
    static let pixelLimit = 1 << 28

    /// The same with a grey as three equal colours; an image that has colours is left as it is.
    public var coloured: ByteImage {
        guard channels == 1 else { return self }
        var colours: [UInt8] = []
        colours.reserveCapacity(3 * pixels.count)
        for value in pixels {
            colours.append(value)
            colours.append(value)
            colours.append(value)
        }
        return ByteImage(height: height, width: width, channels: 3, pixels: colours)
    }

    /// The bytes plane by plane (channels x height x width).
    public var planes: [UInt8] {
        guard channels > 1 else { return pixels }
        let size = height * width
        return [UInt8](unsafeUninitializedCapacity: pixels.count) { planes, count in
            for pixel in 0..<size {
                for channel in 0..<channels {
                    planes.initializeElement(at: channel * size + pixel, to: pixels[pixel * channels + channel])
                }
            }
            count = pixels.count
        }
    }
}
