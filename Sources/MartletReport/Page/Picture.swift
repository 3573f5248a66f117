import MartletFormats

/// A small image with a caption, inside the page.
public struct Picture {
    public var image: ByteImage
    public var caption: String

    public init(_ image: ByteImage, _ caption: String) { (self.image, self.caption) = (image, caption) }

    public var html: String {
        // Small images are shown enlarged, dot by dot.
        let zoom = max(1, 72 / max(image.width, image.height))
        return "<figure class=\"picture\"><img alt=\"\(escaped(caption))\" width=\"\(image.width * zoom)\" height=\"\(image.height * zoom)\" "
            + "src=\"data:image/png;base64,\(Base64.encode(PNG.encode(image)))\"><figcaption>\(escaped(caption))</figcaption></figure>"
    }
}

/// RFC 4648.
public enum Base64 {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    public static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = (0..<3).reduce(UInt32(0)) { $0 << 8 | (start + $1 < bytes.count ? UInt32(bytes[start + $1]) : 0) }
            for place in 0..<4 {
                text.append(start + place > bytes.count ? UInt8(ascii: "=") : letters[Int(group >> (18 - 6 * UInt32(place)) & 63)])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil where the text is none.
    public static func decode(_ text: String) -> [UInt8]? {
        let units = Array(text.utf8)
        guard units.count % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(units.count / 4 * 3)
        for start in stride(from: 0, to: units.count, by: 4) {
            var (group, padding) = (UInt32(0), 0)
            for unit in units[start..<start + 4] {
                if unit == UInt8(ascii: "="), start + 4 == units.count {
                    (group, padding) = (group << 6, padding + 1)
                } else if padding == 0, let place = values[Int(unit)] {
                    group = group << 6 | UInt32(place)
                } else {
                    return nil
                }
            }
            guard padding <= 2 else { return nil }
            bytes += [UInt8(group >> 16 & 255), UInt8(group >> 8 & 255), UInt8(group & 255)].dropLast(padding)
        }
        return bytes
    }

    private static let values: [UInt8?] = {
        var values = [UInt8?](repeating: nil, count: 256)
        for (place, letter) in letters.enumerated() { values[Int(letter)] = UInt8(place) }
        return values
    }()
}
