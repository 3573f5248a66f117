/// Any JSON text as a value. Objects keep the order in which their members are written.
public enum JSONValue: Hashable, Sendable {
    /// `null`
    case null
    /// `true` or `false`
    case bool(Bool)
    /// A number that is written without fraction and exponent, and fits.
    case integer(Int)
    /// A number with a fraction or an exponent, or one too large for `integer`.
    case number(Double)
    /// A text, its escapes resolved.
    case string(String)
    /// Values in order.
    case array([JSONValue])
    /// Named values in the order of the text; a name that comes twice is refused when it is read.
    case object([Member])

    /// A name and its value.
    public struct Member: Hashable, Sendable {
        /// Unquoted.
        public var name: String
        /// Of any kind.
        public var value: JSONValue

        /// A member of an object that is to be written.
        public init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }
}

/// What a value is, or nil where it is something else.
extension JSONValue {
    /// The truth value.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    /// The text.
    public var string: String? { if case .string(let value) = self { value } else { nil } }
    /// The elements.
    public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    /// The members of an object, in order.
    public var members: [Member]? { if case .object(let value) = self { value } else { nil } }
    /// Whether it is `null`, which is something else than a member that is missing.
    public var isNull: Bool { self == .null }

    /// The integer, also if it is written as `3.0`.
    public var int: Int? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }
    /// The number, whichever way it is written.
    public var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
    /// The number rounded to single precision.
    public var float: Float? { double.map { Float($0) } }

    /// Every element of an array, or nil where one is of another kind.
    public var ints: [Int]? { all(\.int) }
    /// Every element as a number; nil where one is none.
    public var doubles: [Double]? { all(\.double) }
    /// Every element as a text; nil where one is none.
    public var strings: [String]? { all(\.string) }

    private func all<T>(_ part: (JSONValue) -> T?) -> [T]? {
        guard let array else { return nil }
        let parts = array.compactMap(part)
        return parts.count == array.count ? parts : nil
    }

    /// The member of an object by its name; nil where there is none, or where this is no object.
    public subscript(name: String) -> JSONValue? {
        members?.first { $0.name == name }?.value
    }
    /// The element of an array; nil beyond its end, or where this is no array.
    public subscript(index: Int) -> JSONValue? {
        array.flatMap { $0.indices.contains(index) ? $0[index] : nil }
    }
}

extension JSONValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(stringLiteral value: String) { self = .string(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }
}
