extension JSONValue {
    /// Reads a JSON text (RFC 8259, UTF-8). A name that occurs twice in an object is an error.
    ///
    /// - Parameter path: what messages call the text.
    /// - Throws: `badJSON`, with line and column.
    public init(parsing bytes: some Collection<UInt8>, path: String) throws(FormatError) {
        var parser = JSONParser(bytes: Array(bytes), path: path)
        self = try parser.document()
    }

    /// Reads a JSON file.
    ///
    /// - Throws: `badJSON`, and what `File.read` throws.
    public static func read(_ path: String) throws(FormatError) -> JSONValue {
        let bytes = try File.read(path)
        guard !bytes.isEmpty else { throw .empty(path: path, expected: "a JSON text") }
        return try JSONValue(parsing: bytes, path: path)
    }
}

private struct JSONParser {
    let bytes: [UInt8]
    let path: String
    var position = 0
    var depth = 0
    /// A text that nests deeper is not one of ours, and would exhaust the stack.
    static let depthLimit = 128

    init(bytes: [UInt8], path: String) {
        self.bytes = bytes
        self.path = path
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }
    }

    mutating func document() throws(FormatError) -> JSONValue {
        let result = try value()
        skipSpace()
        guard position == bytes.count else { throw error("expected the end of the text") }
        return result
    }

    private mutating func value() throws(FormatError) -> JSONValue {
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): return try nested { (parser) throws(FormatError) in try parser.object() }
        case UInt8(ascii: "["): return try nested { (parser) throws(FormatError) in try parser.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return try number()
        case nil: throw error("expected a value, found the end of the text")
        default: throw error("expected a value")
        }
    }

    private mutating func nested(
        _ body: (inout JSONParser) throws(FormatError) -> JSONValue
    ) throws(FormatError) -> JSONValue {
        depth += 1
        guard depth <= JSONParser.depthLimit else { throw error("values nest deeper than \(JSONParser.depthLimit)") }
        defer { depth -= 1 }
        position += 1
        return try body(&self)
    }

    private mutating func object() throws(FormatError) -> JSONValue {
        var members: [JSONValue.Member] = []
        var names: Set<String> = []
        skipSpace()
        if take("}") { return .object([]) }
        repeat {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw error("expected a name in quotes") }
            let start = position
            let name = try string()
            guard names.insert(name).inserted else { throw error("the name '\(name)' occurs twice", at: start) }
            skipSpace()
            guard take(":") else { throw error("expected ':'") }
            members.append(JSONValue.Member(name, try value()))
            skipSpace()
        } while take(",")
        guard take("}") else { throw error("expected ',' or '}'") }
        return .object(members)
    }

    private mutating func array() throws(FormatError) -> JSONValue {
        var elements: [JSONValue] = []
        skipSpace()
        if take("]") { return .array([]) }
        repeat {
            elements.append(try value())
            skipSpace()
        } while take(",")
        guard take("]") else { throw error("expected ',' or ']'") }
        return .array(elements)
    }

    private mutating func string() throws(FormatError) -> String {
        let start = position
        position += 1
        var text: [UInt8] = []
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let result = String(validating: text, as: UTF8.self) else {
                    throw error("expected UTF-8 in the string", at: start)
                }
                return result
            case UInt8(ascii: "\\"): text += String(try escaped()).utf8
            case ..<0x20: throw error("expected no control character in a string", at: position - 1)
            default: text.append(byte)
            }
        }
        throw error("the string has no end", at: start)
    }

    private mutating func escaped() throws(FormatError) -> Unicode.Scalar {
        let start = position
        defer { position += 1 }
        switch peek {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            var code = try unit()
            // Beyond 16 bits a character is written as two units.
            if 0xd800..<0xdc00 ~= code, bytes[(position + 1)...].starts(with: "\\u".utf8) {
                position += 2
                let low = try unit()
                guard 0xdc00..<0xe000 ~= low else { throw error("expected the second half of a character", at: start) }
                code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw error("half a character", at: start) }
            return scalar
        default: throw error("expected an escape: one of \" \\ / b f n r t u")
        }
    }

    /// Four hexadecimal digits after the `u` at the position, which then is at the last of them.
    private mutating func unit() throws(FormatError) -> UInt32 {
        let digits = bytes[(position + 1)...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw error("expected four hexadecimal digits") }
        position += 4
        return code
    }

    private mutating func number() throws(FormatError) -> JSONValue {
        let start = position
        _ = take("-")
        let leadingZero = peek == UInt8(ascii: "0")
        let integerDigits = skipDigits()
        guard integerDigits > 0, !(leadingZero && integerDigits > 1) else {
            throw error("expected a number", at: start)
        }
        var isInteger = true
        if take(".") {
            isInteger = false
            guard skipDigits() > 0 else { throw error("expected digits after the point") }
        }
        if take("e") || take("E") {
            isInteger = false
            if !take("-") { _ = take("+") }
            guard skipDigits() > 0 else { throw error("expected digits in the exponent") }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger, let value = Int(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else {
            throw error("the number \(text) is too large", at: start)
        }
        return .number(value)
    }

    private mutating func word(_ text: String, _ value: JSONValue) throws(FormatError) -> JSONValue {
        guard bytes[position...].starts(with: text.utf8) else { throw error("expected a value") }
        position += text.utf8.count
        return value
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while let byte = peek, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte { position += 1 }
        return position - start
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    private func error(_ problem: String, at place: Int? = nil) -> FormatError {
        let before = bytes[..<min(place ?? position, bytes.count)]
        let line = before.count { $0 == 0x0a } + 1
        let column = before.count - (before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0) + 1
        return .badJSON(path: path, line: line, column: column, problem: problem)
    }
}
