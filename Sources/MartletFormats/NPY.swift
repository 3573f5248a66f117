import MartletCore

/// NumPy's array files (NEP 1), versions 1 to 3, in C or Fortran order, of either byte order.
///
/// float32 and float64 become float32; bytes and booleans stay bytes; other integers become int32 and must fit.
public enum NPY {
    /// - Throws: `wrongMagic`, `unsupported` for another type or version, `damaged`, `truncated`, `trailingBytes`,
    ///   `tooLarge`, `unsuitable` where an integer does not fit, and what `File.read` throws.
    public static func read(_ path: String) throws(FormatError) -> HostArray {
        try parse(File.read(path), path: path)
    }

    /// The file of an array: version 1, C order, little-endian.
    public static func encode(_ array: HostArray) -> [UInt8] {
        let (type, extents) = (ElementType(array.dtype).text, array.shape.extents)
        let shape = extents.map { "\($0), " }.joined()
        var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(shape)), }"
        // The elements begin at a multiple of 64.
        header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
        var bytes = magic + [1, 0, UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)] + Array(header.utf8)
        array.withUnsafeBytes { bytes += $0 }
        return bytes
    }

    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    static func parse(_ bytes: [UInt8], path: String) throws(FormatError) -> HostArray {
        guard !bytes.isEmpty else { throw .empty(path: path, expected: "a NumPy array") }
        guard bytes.starts(with: magic), bytes.count >= 10 else {
            throw .wrongMagic(path: path, expected: "the signature of a NumPy array (.npy)", found: "other bytes")
        }
        let version = bytes[6]
        guard 1...3 ~= version, bytes[7] == 0 else {
            throw .unsupported(path: path, what: "version \(version).\(bytes[7]) of .npy", remedy: "save it with numpy.save")
        }
        let sizeBytes = version == 1 ? 2 : 4
        guard bytes.count >= 8 + sizeBytes else {
            throw .truncated(path: path, what: "the header", expected: 8 + sizeBytes, found: bytes.count)
        }
        let start = 8 + sizeBytes + (0..<sizeBytes).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
        guard bytes.count >= start else { throw .truncated(path: path, what: "the header", expected: start, found: bytes.count) }
        let header = try NPYHeader(String(decoding: bytes[(8 + sizeBytes)..<start], as: UTF8.self), path)
        guard let type = ElementType(header.type) else {
            throw .unsupported(
                path: path, what: "the element type '\(header.type)'",
                remedy: "store float32, float64, uint8 or an integer (array.astype)")
        }
        guard let count = header.shape.checkedElementCount else {
            throw .tooLarge(path: path, what: "a tensor of shape \(header.shape)", limit: TensorType.elementLimit)
        }
        let expected = start + count * type.size
        guard bytes.count >= expected else {
            throw .truncated(path: path, what: "the file with shape \(header.shape)", expected: expected, found: bytes.count)
        }
        guard bytes.count == expected else {
            throw .trailingBytes(path: path, after: "shape \(header.shape)", expected: expected, found: bytes.count)
        }
        let array = try type.array(bytes, from: start, header.shape, path)
        return header.isFortran ? array.fromFortranOrder() : array
    }
}

/// Where a number is stored, and how: `<f4`, `|u1`, `>i8`.
private struct ElementType {
    let kind: Character
    let size: Int
    let isBigEndian: Bool

    init?(_ text: String) {
        let letters = Array(text)
        guard letters.count == 3, "<>|=".contains(letters[0]), let size = letters[2].wholeNumberValue,
            ["f4", "f8", "u1", "b1", "i1", "i2", "u2", "i4", "u4", "i8", "u8"].contains(String(letters[1...]))
        else { return nil }
        kind = letters[1]
        self.size = size
        isBigEndian = letters[0] == ">"
    }
    init(_ dtype: DType) {
        (kind, size) =
            switch dtype {
            case .float32: ("f", 4)
            case .int32: ("i", 4)
            case .uint8: ("u", 1)
            }
        isBigEndian = false
    }

    var text: String { "\(size == 1 ? "|" : "<")\(kind)\(size)" }

    private func word(_ bytes: [UInt8], _ place: Int) -> UInt64 {
        (0..<size).reduce(0) { $0 << 8 | UInt64(bytes[place + (isBigEndian ? $1 : size - 1 - $1)]) }
    }

    func array(_ bytes: [UInt8], from start: Int, _ shape: Shape, _ path: String) throws(FormatError) -> HostArray {
        let count = shape.elementCount
        switch (kind, size) {
        case ("u", 1), ("b", 1): return HostArray(shape, Array(bytes[start...]))
        case ("f", 4): return HostArray(shape, (0..<count).map { Float(bitPattern: UInt32(word(bytes, start + 4 * $0))) })
        case ("f", _): return HostArray(shape, (0..<count).map { Float(Double(bitPattern: word(bytes, start + 8 * $0))) })
        default:
            var values: [Int32] = []
            values.reserveCapacity(count)
            for index in 0..<count {
                let bits = word(bytes, start + size * index)
                let value = kind == "u" ? Int32(exactly: bits) : Int32(exactly: Int64(bitPattern: bits << (64 - 8 * size)) >> (64 - 8 * size))
                guard let value else {
                    throw .unsuitable(path: path, problem: "element \(index) does not fit 32 bits", remedy: "store smaller integers")
                }
                values.append(value)
            }
            return HostArray(shape, values)
        }
    }
}

/// A dictionary as Python writes it, with three keys.
private struct NPYHeader {
    let type: String
    let isFortran: Bool
    let shape: Shape

    init(_ text: String, _ path: String) throws(FormatError) {
        let fault = FormatError.damaged(path: path, reason: "its header is not that of a NumPy array")
        guard let type = NPYHeader.value("descr", in: text), type.first == "'" || type.first == "\"",
            let order = NPYHeader.value("fortran_order", in: text), let shape = NPYHeader.value("shape", in: text), shape.first == "("
        else {
            if NPYHeader.value("descr", in: text)?.first == "[" {
                throw .unsupported(path: path, what: "a structured array", remedy: "store one array of numbers")
            }
            throw fault
        }
        self.type = String(type.dropFirst().prefix { $0 != type.first })
        isFortran = order.hasPrefix("True")
        guard isFortran || order.hasPrefix("False"), shape.contains(")") else { throw fault }
        var extents: [Int] = []
        for part in shape.dropFirst().prefix(while: { $0 != ")" }).split(separator: ",") {
            let digits = part.filter { $0 != " " }
            if digits.isEmpty { continue }
            guard let extent = Int(digits), extent >= 0 else { throw fault }
            extents.append(extent)
        }
        self.shape = Shape(extents)
    }

    /// What follows a key.
    private static func value(_ key: String, in text: String) -> Substring? {
        for quote in ["'", "\""] {
            guard let found = firstRange(of: "\(quote)\(key)\(quote)", in: text) else { continue }
            let rest = text[found...].drop { $0 == " " }
            guard rest.first == ":" else { return nil }
            return rest.dropFirst().drop { $0 == " " }
        }
        return nil
    }

    /// Where the text behind a word begins.
    private static func firstRange(of word: String, in text: String) -> String.Index? {
        var place = text.startIndex
        while place < text.endIndex {
            if text[place...].hasPrefix(word) { return text.index(place, offsetBy: word.count) }
            place = text.index(after: place)
        }
        return nil
    }
}

extension HostArray {
    /// The elements lie with the first index running fastest; here they are in row-major order.
    fileprivate func fromFortranOrder() -> HostArray {
        guard shape.rank > 1, count > 0 else { return self }
        func turn<T>(_ values: [T]) -> [T] {
            // Steps in the file: the first axis has step 1.
            var steps: [Int] = [], step = 1
            for extent in shape.extents {
                steps.append(step)
                step *= extent
            }
            let strides = shape.strides
            return values.indices.map { index in
                var (rest, place) = (index, 0)
                for axis in steps.indices {
                    place += rest / strides[axis] * steps[axis]
                    rest %= strides[axis]
                }
                return values[place]
            }
        }
        return switch elements {
        case .float32(let values): HostArray(shape, turn(values))
        case .int32(let values): HostArray(shape, turn(values))
        case .uint8(let values): HostArray(shape, turn(values))
        }
    }
}
