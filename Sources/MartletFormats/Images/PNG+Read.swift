import CZlib

extension PNG {
    /// - Parameter path: what messages call the file.
    /// - Throws: `wrongMagic`; `damaged` where it ends early, a checksum is wrong, or parts contradict each other;
    ///   `tooLarge`; `unsupported` for what the standard does not know.
    public static func parse(_ bytes: [UInt8], path: String) throws(FormatError) -> ByteImage {
        guard isPNG(bytes) else { throw .wrongMagic(path: path, expected: "the signature of PNG", found: "other bytes") }
        let (header, palette, packed) = try chunks(bytes, path)
        let lines = try inflate(packed, size: header.passes.reduce(0) { $0 + $1.byteCount(header) }, path)
        return try header.image(lines, palette, path)
    }

    /// The header, the palette (empty where there is none), and the packed lines.
    private static func chunks(
        _ bytes: [UInt8], _ path: String
    ) throws(FormatError) -> (Header, palette: [UInt8], packed: [UInt8]) {
        var header: Header?
        var palette: [UInt8] = []
        var packed: [UInt8] = []
        var place = signature.count
        while true {
            guard place + 12 <= bytes.count else { throw .damaged(path: path, reason: "the image ends early, after \(bytes.count) bytes") }
            let length = Int(word(bytes, place))
            let type = String(decoding: bytes[place + 4 ..< place + 8], as: UTF8.self)
            let data = place + 8, end = data + length
            guard end + 4 <= bytes.count else {
                throw .damaged(path: path, reason: "the part '\(printable(type))' ends early, after \(bytes.count) bytes")
            }
            guard checksum(bytes[place + 4 ..< end]) == word(bytes, end) else {
                throw .damaged(path: path, reason: "the checksum of the part '\(printable(type))' is wrong")
            }
            guard header != nil || type == "IHDR" else { throw .damaged(path: path, reason: "it does not begin with a header") }
            switch type {
            case "IHDR":
                guard header == nil, length == 13 else { throw .damaged(path: path, reason: "its header is none") }
                header = try Header(Array(bytes[data..<end]), path)
            case "PLTE":
                guard length % 3 == 0, 3...768 ~= length else { throw .damaged(path: path, reason: "its palette is none") }
                palette = Array(bytes[data..<end])
            case "IDAT": packed += bytes[data..<end]
            case "IEND": return (header!, palette, packed)
            default:
                // A small first letter: whoever does not know the part can do without it.
                guard bytes[place + 4] & 0x20 != 0 else {
                    throw .unsupported(path: path, what: "the part '\(printable(type))' of a PNG", remedy: "store the image plainly")
                }
            }
            place = end + 4
        }
    }

    private static func inflate(_ packed: [UInt8], size: Int, _ path: String) throws(FormatError) -> [UInt8] {
        var lines = [UInt8](repeating: 0, count: size)
        var count = UInt(size)
        let status = uncompress(&lines, &count, packed, UInt(packed.count))
        guard status == Z_OK, count == UInt(size) else {
            throw .damaged(path: path, reason: status == Z_OK || status == Z_BUF_ERROR
                ? "it has more or fewer pixels than its header says" : "its pixels do not unpack")
        }
        return lines
    }

    private static func word(_ bytes: [UInt8], _ place: Int) -> UInt32 {
        bytes[place ..< place + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// A damaged name must not reach a terminal.
    private static func printable(_ type: String) -> String {
        type.unicodeScalars.allSatisfy { $0.isASCII && $0.properties.isAlphabetic } ? type : "?"
    }
}

/// The first part of a file.
private struct Header {
    let width: Int
    let height: Int
    let depth: Int
    let colourType: UInt8
    let isInterlaced: Bool

    init(_ data: [UInt8], _ path: String) throws(FormatError) {
        width = data[0..<4].reduce(0) { $0 << 8 | Int($1) }
        height = data[4..<8].reduce(0) { $0 << 8 | Int($1) }
        depth = Int(data[8])
        colourType = data[9]
        isInterlaced = data[12] == 1
        let depths: [UInt8: [Int]] = [0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16]]
        guard width > 0, height > 0, depths[colourType]?.contains(depth) == true, data[10] == 0, data[11] == 0, data[12] < 2
        else { throw .damaged(path: path, reason: "its header makes no sense") }
        guard width <= ByteImage.pixelLimit / height else {
            throw .tooLarge(path: path, what: "an image of \(height) x \(width) pixels", limit: ByteImage.pixelLimit)
        }
    }

    /// Samples of a pixel.
    var samples: Int { [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][colourType]! }
    var channels: Int { colourType == 0 || colourType == 4 ? 1 : 3 }

    /// The images that an interlaced one (Adam7) is made of, or the one.
    var passes: [Pass] {
        let starts = isInterlaced
            ? [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)] : [(0, 0, 1, 1)]
        return starts.map { x, y, stepX, stepY in
            Pass(
                x: x, y: y, stepX: stepX, stepY: stepY, width: (width - x + stepX - 1) / stepX,
                height: (height - y + stepY - 1) / stepY)
        }.filter { $0.width > 0 && $0.height > 0 }
    }

    func image(_ lines: [UInt8], _ palette: [UInt8], _ path: String) throws(FormatError) -> ByteImage {
        var lines = lines
        var pixels = [UInt8](repeating: 0, count: width * height * channels)
        var start = 0
        for pass in passes {
            guard pass.unfilter(&lines, from: start, self) else { throw .damaged(path: path, reason: "it names an unknown filter") }
            guard pass.place(lines, from: start, palette, in: &pixels, self) else {
                throw .damaged(path: path, reason: "a pixel is not in its palette")
            }
            start += pass.byteCount(self)
        }
        return ByteImage(height: height, width: width, channels: channels, pixels: pixels)
    }
}

/// Every so many pixels of an image.
private struct Pass {
    let x: Int
    let y: Int
    let stepX: Int
    let stepY: Int
    let width: Int
    let height: Int

    private func stride(_ header: Header) -> Int { (width * header.samples * header.depth + 7) / 8 }
    /// Each line has a byte more, its filter.
    func byteCount(_ header: Header) -> Int { height * (1 + stride(header)) }

    /// Undoes the filters in place; false where one is unknown.
    func unfilter(_ lines: inout [UInt8], from start: Int, _ header: Header) -> Bool {
        let stride = stride(header), back = max(1, header.samples * header.depth / 8)
        for row in 0..<height {
            let line = start + row * (1 + stride) + 1
            let filter = lines[line - 1]
            guard filter <= 4 else { return false }
            guard filter > 0 else { continue }
            for place in 0..<stride {
                let left = place >= back ? Int(lines[line + place - back]) : 0
                let above = row > 0 ? Int(lines[line + place - stride - 1]) : 0
                let prediction: Int
                switch filter {
                case 1: prediction = left
                case 2: prediction = above
                case 3: prediction = (left + above) / 2
                default:
                    let corner = row > 0 && place >= back ? Int(lines[line + place - stride - 1 - back]) : 0
                    let estimate = left + above - corner
                    let (a, b, c) = (abs(estimate - left), abs(estimate - above), abs(estimate - corner))
                    prediction = a <= b && a <= c ? left : b <= c ? above : corner
                }
                lines[line + place] &+= UInt8(truncatingIfNeeded: prediction)
            }
        }
        return true
    }

    /// Puts the pixels where they belong; false where one is not in the palette.
    func place(_ lines: [UInt8], from start: Int, _ palette: [UInt8], in pixels: inout [UInt8], _ header: Header) -> Bool {
        let stride = stride(header), channels = header.channels
        for row in 0..<height {
            let line = start + row * (1 + stride) + 1
            for column in 0..<width {
                let target = ((y + row * stepY) * header.width + x + column * stepX) * channels
                if header.colourType == 3 {
                    let entry = 3 * sample(lines, line, column, header.depth)
                    guard entry + 2 < palette.count else { return false }
                    for channel in 0..<3 { pixels[target + channel] = palette[entry + channel] }
                } else {
                    for channel in 0..<channels {
                        let value = sample(lines, line, column * header.samples + channel, header.depth)
                        let greatest = 1 << header.depth - 1
                        pixels[target + channel] = UInt8((value * 255 + greatest / 2) / greatest)
                    }
                }
            }
        }
        return true
    }

    private func sample(_ lines: [UInt8], _ line: Int, _ index: Int, _ depth: Int) -> Int {
        switch depth {
        case 8: return Int(lines[line + index])
        case 16: return Int(lines[line + 2 * index]) << 8 | Int(lines[line + 2 * index + 1])
        default:
            let bit = index * depth
            return Int(lines[line + bit / 8]) >> (8 - depth - bit % 8) & (1 << depth - 1)
        }
    }
}
