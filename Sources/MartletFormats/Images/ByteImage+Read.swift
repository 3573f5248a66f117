extension ByteImage {
    /// The endings of files that are taken for images, in small letters.
    public static let fileEndings = ["png", "jpg", "jpeg"]

    /// Reads a PNG or JPEG image, told by its first bytes, not by its name.
    ///
    /// - Throws: `empty`, `wrongMagic`, `damaged`, `unsupported`, `tooLarge`, and what `File.read` throws.
    public static func read(_ path: String) throws(FormatError) -> ByteImage {
        let bytes = try File.read(path)
        guard !bytes.isEmpty else { throw .empty(path: path, expected: "a PNG or JPEG image") }
        if PNG.isPNG(bytes) { return try PNG.parse(bytes, path: path) }
        if JPEG.isJPEG(bytes) { return try JPEG.parse(bytes, path: path) }
        throw .wrongMagic(path: path, expected: "a PNG or JPEG image", found: "other bytes")
    }
}
