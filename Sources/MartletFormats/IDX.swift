import MartletCore

/// IDX files, the format of MNIST: a header of big-endian integers, then the elements in row-major order.
///
///     0 0 type rank | extent, ... (4 bytes each) | elements
public enum IDX {
    /// Reads an array of bytes, int32 or float32 with any number of dimensions, from a plain or gzip-packed file.
    ///
    /// - Throws: `wrongMagic`, `unsupported` for another element type, `truncated`, `trailingBytes`, `tooLarge`, and
    ///   what `File.readUnpacked` throws.
    public static func read(_ path: String) throws(FormatError) -> HostArray {
        try parse(File.readUnpacked(path), path: path)
    }

    /// Writes an array as a plain IDX file.
    ///
    /// - Throws: `unwritable`.
    public static func write(_ array: HostArray, to path: String) throws(FormatError) {
        guard array.shape.rank <= UInt8.max else {
            throw .unwritable(path: path, reason: "IDX holds at most 255 dimensions", remedy: "reshape the array")
        }
        var bytes: [UInt8] = [0, 0, ElementType(array.dtype).rawValue, UInt8(array.shape.rank)]
        for extent in array.shape.extents { appendBigEndian(UInt32(extent), to: &bytes) }
        switch array.elements {
        case .uint8(let values): bytes += values
        case .int32(let values): for value in values { appendBigEndian(UInt32(bitPattern: value), to: &bytes) }
        case .float32(let values): for value in values { appendBigEndian(value.bitPattern, to: &bytes) }
        }
        try File.write(bytes, to: path)
    }

    static func parse(_ bytes: [UInt8], path: String) throws(FormatError) -> HostArray {
        guard !bytes.isEmpty else { throw .empty(path: path, expected: "an IDX file") }
        let magic = bytes.prefix(4)
        guard magic.count == 4 else {
            throw .truncated(path: path, what: "the IDX magic number", expected: 4, found: magic.count)
        }
        guard bytes[0] == 0, bytes[1] == 0 else {
            let found = magic.map { hexadecimal($0) }.joined(separator: " ")
            throw .wrongMagic(
                path: path, expected: "an IDX magic number (two zero bytes, type, dimensions)", found: found)
        }
        guard let type = ElementType(rawValue: bytes[2]) else {
            throw .unsupported(
                path: path, what: "IDX element type 0x\(hexadecimal(bytes[2]))",
                remedy: "store unsigned bytes (0x08), int32 (0x0c) or float32 (0x0d)")
        }
        let rank = Int(bytes[3])
        let start = 4 + 4 * rank
        guard bytes.count >= start else {
            throw .truncated(
                path: path, what: "the IDX header of \(rank) dimensions", expected: start, found: bytes.count)
        }
        let shape = Shape((0..<rank).map { Int(bigEndian(bytes, at: 4 + 4 * $0)) })
        guard let count = shape.checkedElementCount else {
            throw .tooLarge(path: path, what: "a tensor of shape \(shape)", limit: TensorType.elementLimit)
        }
        let expected = start + count * type.dtype.byteCount
        guard bytes.count >= expected else {
            throw .truncated(path: path, what: "the file with shape \(shape)", expected: expected, found: bytes.count)
        }
        guard bytes.count == expected else {
            throw .trailingBytes(path: path, after: "shape \(shape)", expected: expected, found: bytes.count)
        }
        switch type {
        case .uint8: return HostArray(shape, Array(bytes[start...]))
        case .int32:
            return HostArray(shape, (0..<count).map { Int32(bitPattern: bigEndian(bytes, at: start + 4 * $0)) })
        case .float32:
            return HostArray(shape, (0..<count).map { Float(bitPattern: bigEndian(bytes, at: start + 4 * $0)) })
        }
    }

    private enum ElementType: UInt8 {
        case uint8 = 0x08
        case int32 = 0x0c
        case float32 = 0x0d

        init(_ dtype: DType) {
            self =
                switch dtype {
                case .uint8: .uint8
                case .int32: .int32
                case .float32: .float32
                }
        }

        var dtype: DType {
            switch self {
            case .uint8: .uint8
            case .int32: .int32
            case .float32: .float32
            }
        }
    }
}

private func bigEndian(_ bytes: [UInt8], at offset: Int) -> UInt32 {
    bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
}

private func appendBigEndian(_ value: UInt32, to bytes: inout [UInt8]) {
    for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
}

private func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
}
