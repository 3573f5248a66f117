import Martlet

/// An attribute of an operation: its name, its kind and its default.
struct Attribute: Sendable {
    enum Kind: Sendable {
        case flag(Bool)
        case integer(Int)
        case number(Double)
        case integers([Int])
        /// Those that may be left out, and those that may not.
        case optionalInteger, requiredInteger
        case optionalIntegers, requiredIntegers
    }
    let name: String
    let kind: Kind

    static func flag(_ name: String, _ value: Bool = false) -> Attribute { Attribute(name: name, kind: .flag(value)) }
    static func integer(_ name: String, _ value: Int) -> Attribute { Attribute(name: name, kind: .integer(value)) }
    static func integer(_ name: String) -> Attribute { Attribute(name: name, kind: .requiredInteger) }
    static func number(_ name: String, _ value: Double) -> Attribute { Attribute(name: name, kind: .number(value)) }
    static func integers(_ name: String, _ values: [Int]) -> Attribute { Attribute(name: name, kind: .integers(values)) }
    static func integers(_ name: String) -> Attribute { Attribute(name: name, kind: .requiredIntegers) }
    static func optionalInteger(_ name: String) -> Attribute { Attribute(name: name, kind: .optionalInteger) }
    static func optionalIntegers(_ name: String) -> Attribute { Attribute(name: name, kind: .optionalIntegers) }

    private var isRequired: Bool {
        switch kind {
        case .requiredInteger, .requiredIntegers: true
        default: false
        }
    }

    /// What stands where nothing is given.
    private var usual: JSONValue {
        switch kind {
        case .flag(let value): .bool(value)
        case .integer(let value): .integer(value)
        case .number(let value): .number(value)
        case .integers(let values): .array(values.map { .integer($0) })
        default: .null
        }
    }

    private var kindName: String {
        switch kind {
        case .flag: "flag"
        case .integer, .optionalInteger, .requiredInteger: "integer"
        case .number: "number"
        case .integers, .optionalIntegers, .requiredIntegers: "integers"
        }
    }

    var json: JSONValue {
        .object(
            [.init("name", .string(name)), .init("kind", .string(kindName))]
                + (isRequired ? [] : [.init("default", usual)]))
    }

    /// The value that was given, or the usual one.
    fileprivate func checked(_ value: JSONValue?, _ operation: String) throws(CallError) -> JSONValue {
        guard let value, !value.isNull || isRequired else {
            if isRequired { throw .expected("the attribute '\(name)' (\(kindName))", found: "none", of: operation) }
            return usual
        }
        // Sums and products of integers so small cannot overflow.
        let range = -(1 << 31)..<(1 << 31)
        let isFitting =
            switch kind {
            case .flag: value.bool != nil
            case .integer, .optionalInteger, .requiredInteger: value.int.map(range.contains) ?? false
            case .number: value.double != nil
            case .integers, .optionalIntegers, .requiredIntegers: value.ints?.allSatisfy(range.contains) ?? false
            }
        guard isFitting else {
            throw .expected("\(kindName == "integer" ? "an" : "a") \(kindName) for the attribute '\(name)'", found: "\(value)", of: operation)
        }
        return value
    }
}

/// The attributes of a call, checked against those that the operation has.
struct Attributes {
    private let values: [String: JSONValue]

    /// - Parameter text: a JSON object; empty for none.
    init(_ text: String, of operation: String, known: [Attribute]) throws {
        var given: [JSONValue.Member] = []
        if text.contains(where: { !$0.isWhitespace }) {
            let json: JSONValue
            do {
                json = try JSONValue(parsing: text.utf8, path: "the attributes of \(operation)")
            } catch {
                throw CallError.usage("\(error)")
            }
            guard let members = json.members else {
                throw CallError.expected("a JSON object of attributes", found: text, of: operation)
            }
            given = members
        }
        let names = known.map(\.name)
        for member in given where !names.contains(member.name) {
            throw CallError.usage(
                known.isEmpty
                    ? "\(operation): expected no attributes, found '\(member.name)'"
                    : "\(operation): " + unknownName("attribute", member.name, known: names))
        }
        var values: [String: JSONValue] = [:]
        for attribute in known {
            values[attribute.name] = try attribute.checked(given.first { $0.name == attribute.name }?.value, operation)
        }
        self.values = values
    }

    // An operation asks for attributes that it has declared, of the kind that it has declared.
    func flag(_ name: String) -> Bool { values[name]!.bool! }
    func integer(_ name: String) -> Int { values[name]!.int! }
    func number(_ name: String) -> Float { values[name]!.float! }
    func integers(_ name: String) -> [Int] { values[name]!.ints! }
    func optionalInteger(_ name: String) -> Int? { values[name]!.int }
    func optionalIntegers(_ name: String) -> [Int]? { values[name]!.ints }
    func shape(_ name: String) -> Shape { Shape(integers(name)) }

    /// Pairs of integers as ranges.
    /// - Throws: where one ends before it begins.
    func range(_ lower: Int, _ upper: Int, of operation: String) throws(CallError) -> Range<Int> {
        guard lower <= upper else { throw .expected("a range that does not end before it begins", found: "\(lower) to \(upper)", of: operation) }
        return lower..<upper
    }
}
