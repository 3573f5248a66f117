import Martlet

/// The options of a call: a JSON object whose members bear the names of the command's options.
struct OptionReader {
    private let members: [JSONValue.Member]

    /// - Parameter known: every name that there is.
    init(_ text: String, known: [String]) throws {
        guard text.contains(where: { !$0.isWhitespace }) else {
            members = []
            return
        }
        let json: JSONValue
        do {
            json = try JSONValue(parsing: text.utf8, path: "options")
        } catch {
            throw CallError.usage("\(error)")
        }
        guard let members = json.members else { throw CallError.expected("a JSON object", found: text, of: "options") }
        for member in members where !known.contains(member.name) {
            throw CallError.usage(unknownName("option", member.name, known: known))
        }
        // As if it were not there.
        self.members = members.filter { !$0.value.isNull }
    }

    subscript(_ name: String) -> JSONValue? { members.first { $0.name == name }?.value }

    func string(_ name: String) throws(CallError) -> String? { try value(name, "a text") { $0.string } }
    func flag(_ name: String) throws(CallError) -> Bool { try value(name, "true or false") { $0.bool } ?? false }
    func number(_ name: String) throws(CallError) -> Double? { try value(name, "a number") { $0.double } }
    func integer(_ name: String) throws(CallError) -> Int? { try value(name, "an integer") { $0.int } }

    /// A number, or several.
    func numbers(_ name: String) throws(CallError) -> [Double]? {
        try value(name, "a number or an array of numbers") { $0.doubles ?? $0.double.map { [$0] } }
    }

    /// Numbers by name.
    func table(_ name: String) throws(CallError) -> [(name: String, value: Double)] {
        try value(name, "an object of numbers") { value -> [(name: String, value: Double)]? in
            guard let members = value.members else { return nil }
            let pairs = members.compactMap { member in member.value.double.map { (member.name, $0) } }
            return pairs.count == members.count ? pairs : nil
        } ?? []
    }

    private func value<T>(_ name: String, _ expected: String, _ part: (JSONValue) -> T?) throws(CallError) -> T? {
        guard let value = self[name] else { return nil }
        guard let part = part(value) else { throw .expected(expected, found: "\(value)", of: "the option '\(name)'") }
        return part
    }
}
