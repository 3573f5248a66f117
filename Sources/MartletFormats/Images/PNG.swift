import CZlib

/// PNG images (ISO/IEC 15948): all colour types, depths and interlacing are read; 8-bit greys and colours are written.
///
/// What is read becomes bytes: 16 bits are rounded, fewer are stretched to 0 ... 255, palettes become colours. Opacity is
/// left out, as are gamma and colour profiles: the colours are those that are stored.
public enum PNG {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    static func isPNG(_ bytes: [UInt8]) -> Bool { bytes.starts(with: signature) }

    /// The file of an image.
    public static func encode(_ image: ByteImage) -> [UInt8] {
        var file = signature
        let colourType: UInt8 = image.channels == 1 ? 0 : 2
        append("IHDR", bigEndian(image.width) + bigEndian(image.height) + [8, colourType, 0, 0, 0], to: &file)
        var lines: [UInt8] = []
        let stride = image.width * image.channels
        for y in 0..<image.height {
            lines.append(0)  // no filter
            lines += image.pixels[y * stride ..< (y + 1) * stride]
        }
        append("IDAT", deflate(lines), to: &file)
        append("IEND", [], to: &file)
        return file
    }

    private static func append(_ type: String, _ data: [UInt8], to file: inout [UInt8]) {
        let body = Array(type.utf8) + data
        file += bigEndian(data.count) + body + bigEndian(Int(checksum(body[...])))
    }

    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.withUnsafeBufferPointer { UInt32(crc32(0, $0.baseAddress, UInt32($0.count))) }
    }

    private static func bigEndian(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }

    private static func deflate(_ bytes: [UInt8]) -> [UInt8] {
        var count = compressBound(UInt(bytes.count))
        var packed = [UInt8](repeating: 0, count: Int(count))
        let status = compress2(&packed, &count, bytes, UInt(bytes.count), Z_DEFAULT_COMPRESSION)
        precondition(status == Z_OK, "zlib refuses to pack: \(status)")
        return Array(packed.prefix(Int(count)))
    }
}
