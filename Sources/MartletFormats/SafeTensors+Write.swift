import MartletCore

extension SafeTensors {
    /// Writes the file as a whole.
    ///
    /// - Throws: `unwritable`.
    public func write(to path: String) throws(FormatError) {
        try File.write(bytes, to: path)
    }

    /// The bytes of the file: equal contents in equal order give equal bytes. The tensors keep their order, the
    /// strings are sorted by name; tensors read as float64 are written as float32, and -0 as +0.
    public var bytes: [UInt8] {
        var members: [JSONValue.Member] = []
        if !metadata.isEmpty {
            let strings = metadata.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) }
            members.append(JSONValue.Member(SafeTensors.metadataName, .object(strings)))
        }
        var end = 0
        for (name, array) in tensors {
            let begin = end
            end += array.type.byteCount
            members.append(
                JSONValue.Member(
                    name,
                    [
                        "dtype": .string(StoredType(array.dtype).rawValue),
                        "shape": .array(array.shape.extents.map { .integer($0) }),
                        "data_offsets": [.integer(begin), .integer(end)],
                    ]))
        }
        var header = Array(JSONValue.object(members).description.utf8)
        // The data begin at a multiple of 8, for readers that map the file.
        header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)

        var result: [UInt8] = []
        result.reserveCapacity(8 + header.count + end)
        withUnsafeBytes(of: UInt64(header.count).littleEndian) { result += $0 }
        result += header
        for (_, array) in tensors { result.append(contentsOf: array) }
        return result
    }
}

extension [UInt8] {
    /// The little-endian elements of an array; -0 becomes +0, for the two are one value.
    fileprivate mutating func append(contentsOf array: HostArray) {
        switch array.elements {
        case .uint8(let values): self += values
        case .int32(let values): append(words: values.map { UInt32(bitPattern: $0) })
        case .float32(let values): append(words: values.map { $0 == 0 ? 0 : $0.bitPattern })
        }
    }

    private mutating func append(words: [UInt32]) {
        words.map(\.littleEndian).withUnsafeBytes { self += $0 }
    }
}
