import MartletCore

extension SafeTensors {
    /// Reads a safetensors file.
    ///
    /// float16, bfloat16 and float64 become float32, booleans bytes and int64 int32.
    ///
    /// - Throws: `truncated`, `trailingBytes`, `tooLarge`, `badJSON`, `badField`; `badTensor` where offsets overlap, leave a
    ///   gap or do not fit the shape, or an integer does not fit int32; `unsupported` for another element type; and what
    ///   `File.read` throws.
    public static func read(_ path: String) throws(FormatError) -> SafeTensors {
        try SafeTensors(parsing: File.read(path), path: path)
    }

    /// Reads the bytes of a safetensors file; `path` is what messages call it.
    public init(parsing bytes: [UInt8], path: String) throws(FormatError) {
        let (header, start) = try SafeTensors.header(bytes, path: path)
        guard let members = header.members else {
            throw .badField(path: path, field: "header", expected: "an object")
        }
        var strings: [String: String] = [:]
        var entries: [Entry] = []
        for member in members {
            if member.name == SafeTensors.metadataName {
                for pair in try SafeTensors.metadataMembers(member.value, path: path) { strings[pair.name] = pair.text }
            } else {
                entries.append(try Entry(member, path: path))
            }
        }
        self.init(metadata: strings)
        try SafeTensors.checkLayout(entries, dataSize: bytes.count - start, path: path)
        for entry in entries {
            let data = bytes[(start + entry.offsets.lowerBound)..<(start + entry.offsets.upperBound)]
            let (array, doubles) = try entry.type.decode(data, entry.shape, name: entry.name, path: path)
            append(entry.name, array, doubles: doubles)
        }
    }

    /// The official reader refuses longer headers too.
    private static let headerLimit = 100_000_000

    private static func header(_ bytes: [UInt8], path: String) throws(FormatError) -> (JSONValue, end: Int) {
        guard !bytes.isEmpty else { throw .empty(path: path, expected: "a safetensors file") }
        guard bytes.count >= 8 else {
            throw .truncated(path: path, what: "the length of the safetensors header", expected: 8, found: bytes.count)
        }
        let length = bytes[..<8].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        guard length <= headerLimit else {
            throw .wrongMagic(
                path: path, expected: "the length of a safetensors header, at most \(headerLimit)", found: "\(length)")
        }
        let end = 8 + Int(length)
        guard bytes.count >= end else {
            throw .truncated(path: path, what: "the safetensors header", expected: end, found: bytes.count)
        }
        guard length > 0, bytes[8] == UInt8(ascii: "{") else {
            throw .wrongMagic(path: path, expected: "a safetensors header that begins with '{'", found: "none")
        }
        return (try JSONValue(parsing: bytes[8..<end], path: path), end)
    }

    private static func metadataMembers(
        _ value: JSONValue, path: String
    ) throws(FormatError) -> [(name: String, text: String)] {
        guard let members = value.members else {
            throw .badField(path: path, field: metadataName, expected: "an object of strings")
        }
        var pairs: [(name: String, text: String)] = []
        for member in members {
            guard let text = member.value.string else {
                throw .badField(path: path, field: "\(metadataName).\(member.name)", expected: "a string")
            }
            pairs.append((member.name, text))
        }
        return pairs
    }

    /// The tensors must fill the data without a gap and without sharing a byte.
    private static func checkLayout(_ entries: [Entry], dataSize: Int, path: String) throws(FormatError) {
        var end = 0
        for entry in entries.sorted(by: {
            ($0.offsets.lowerBound, $0.offsets.upperBound) < ($1.offsets.lowerBound, $1.offsets.upperBound)
        }) {
            guard entry.offsets.upperBound <= dataSize else {
                throw .truncated(
                    path: path, what: "the data up to tensor '\(entry.name)'", expected: entry.offsets.upperBound,
                    found: dataSize)
            }
            guard entry.offsets.lowerBound == end else {
                let problem =
                    entry.offsets.lowerBound < end ? "overlaps the tensor before it" : "leaves a gap before it"
                throw .badTensor(
                    path: path, name: entry.name, problem: "its data \(problem), at byte \(entry.offsets.lowerBound)")
            }
            end = entry.offsets.upperBound
        }
        guard end == dataSize else {
            throw .trailingBytes(path: path, after: "the last tensor", expected: end, found: dataSize)
        }
    }

    /// One tensor of the header.
    private struct Entry {
        let name: String
        let type: StoredType
        let shape: Shape
        let offsets: Range<Int>

        init(_ member: JSONValue.Member, path: String) throws(FormatError) {
            name = member.name
            func bad(_ problem: String) -> FormatError { .badTensor(path: path, name: member.name, problem: problem) }
            guard let dtype = member.value["dtype"]?.string else { throw bad("expected its 'dtype', a string") }
            guard let type = StoredType(rawValue: dtype) else {
                let known = StoredType.allCases.map(\.rawValue).joined(separator: ", ")
                throw .unsupported(
                    path: path, what: "tensor '\(name)' of element type \(dtype)", remedy: "store one of \(known)")
            }
            guard let extents = member.value["shape"]?.ints else {
                throw bad("expected its 'shape', a list of integers")
            }
            guard let count = Shape(extents).checkedElementCount else {
                throw bad("no tensor can have the shape \(extents)")
            }
            guard let offsets = member.value["data_offsets"]?.ints, offsets.count == 2, 0 <= offsets[0],
                offsets[0] <= offsets[1]
            else { throw bad("expected its 'data_offsets', two ascending integers") }
            let expected = count * type.byteCount
            guard offsets[1] - offsets[0] == expected else {
                throw bad(
                    "expected \(expected) bytes for \(dtype) of shape \(extents), found \(offsets[1] - offsets[0])")
            }
            self.type = type
            shape = Shape(extents)
            self.offsets = offsets[0]..<offsets[1]
        }
    }
}
