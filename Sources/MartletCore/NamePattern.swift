/// A name in which every `*` stands for any letters, dots among them: `features.*`, `*.bias`, `0.weight`.
public struct NamePattern: Hashable, Sendable, Codable, CustomStringConvertible {
    /// As it was written.
    public let text: String
    private let parts: [String]

    /// A name to be matched letter for letter, but for every `*`.
    public init(_ text: String) {
        self.text = text
        parts = text.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
    }

    public init(from decoder: any Decoder) throws { self.init(try decoder.singleValueContainer().decode(String.self)) }
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    public var description: String { text }
    /// How many `*` it has.
    public var wildcards: Int { parts.count - 1 }

    /// Whether the whole name fits.
    public func matches(_ name: String) -> Bool { captures(name) != nil }

    /// What each `*` stands for in a name, as little as possible each but the last; nil where the name is another.
    public func captures(_ name: String) -> [String]? {
        guard parts.count > 1 else { return name == text ? [] : nil }
        guard name.hasPrefix(parts[0]) else { return nil }
        var rest = name.dropFirst(parts[0].count)
        var captures: [String] = []
        for part in parts.dropFirst().dropLast() {
            guard let place = rest.firstPlace(of: part) else { return nil }
            captures.append(String(rest[..<place]))
            rest = rest[place...].dropFirst(part.count)
        }
        let last = parts[parts.count - 1]
        guard rest.hasSuffix(last) else { return nil }
        return captures + [String(rest.dropLast(last.count))]
    }

    /// The name with its `*` filled in, in order.
    /// - Precondition: one text for each.
    public func filled(with captures: [String]) -> String {
        precondition(captures.count == wildcards, "'\(text)' takes \(wildcards) texts")
        return zip(parts.dropFirst(), captures).reduce(parts[0]) { $0 + $1.1 + $1.0 }
    }
}

extension Substring {
    /// Where a text first begins; at the start for an empty one.
    fileprivate func firstPlace(of text: String) -> Index? {
        var place = startIndex
        while true {
            if self[place...].hasPrefix(text) { return place }
            guard place < endIndex else { return nil }
            place = index(after: place)
        }
    }
}
