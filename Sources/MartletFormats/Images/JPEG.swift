import CMartletJPEG

/// JPEG images through the system's libjpeg, which is opened when the first one is read. Inks (CMYK) become colours;
/// colour profiles and the orientation that a camera notes are left out.
public enum JPEG {
    static func isJPEG(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0xFF, 0xD8, 0xFF]) }

    /// Why no JPEG image can be read here; nil where they can.
    public static var reasonUnavailable: String? {
        let (opened, reason) = withMessage { martlet_jpeg_open($0, $1) }
        return opened ? nil : reason
    }

    /// - Throws: `unsupported` where there is no libjpeg; `damaged`, `tooLarge`.
    public static func parse(_ bytes: [UInt8], path: String) throws(FormatError) -> ByteImage {
        if let reason = reasonUnavailable {
            let remedy = martlet_jpeg_library().map { "install \(String(cString: $0)) (Debian: libjpeg62-turbo)" }
                ?? "build it where libjpeg-dev is installed"
            throw .unsupported(path: path, what: "a JPEG image, for which \(reason)", remedy: "\(remedy), or convert the images to PNG")
        }
        var (height, width, channels): (UInt32, UInt32, UInt32) = (0, 0, 0)
        let (known, fault) = withMessage { martlet_jpeg_size(bytes, bytes.count, &height, &width, &channels, $0, $1) }
        guard known else { throw .damaged(path: path, reason: fault) }
        guard height > 0, width > 0, Int(width) <= ByteImage.pixelLimit / Int(height) else {
            throw .tooLarge(path: path, what: "an image of \(height) x \(width) pixels", limit: ByteImage.pixelLimit)
        }
        var pixels = [UInt8](repeating: 0, count: Int(height) * Int(width) * Int(channels))
        let (decoded, reason) = withMessage { martlet_jpeg_decode(bytes, bytes.count, &pixels, $0, $1) }
        guard decoded else { throw .damaged(path: path, reason: reason) }
        return ByteImage(height: Int(height), width: Int(width), channels: Int(channels), pixels: pixels)
    }
}

/// Calls a function that answers yes or no and gives a reason.
private func withMessage(_ body: (UnsafeMutablePointer<CChar>, Int) -> Int32) -> (Bool, String) {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
        let text = buffer.baseAddress.unsafelyUnwrapped
        text.pointee = 0
        let answer = body(text, buffer.count)
        return (answer != 0, String(cString: text))
    }
}
