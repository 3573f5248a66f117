import MartletFormats

/// What a search may choose: parameters with the values that each can take, some of them only where others have certain
/// values. How files write it is told in `SearchSpace+JSON.swift`.
public struct SearchSpace: Hashable, Sendable {
    public let parameters: [Parameter]

    public struct Parameter: Hashable, Sendable {
        public let name: String
        public let domain: Domain
        /// All must hold, or the parameter is not there.
        public let conditions: [Condition]
    }

    public enum Domain: Hashable, Sendable {
        case uniform(Double, Double)
        /// Every factor is as likely as every other: for rates and decays.
        case logUniform(Double, Double)
        /// Both ends included.
        case integers(Int, Int, isLog: Bool)
        case choice([JSONValue])
    }

    public struct Condition: Hashable, Sendable {
        /// Place of an earlier parameter.
        public let parameter: Int
        public let values: [JSONValue]
    }

    /// - Precondition: conditions name earlier parameters.
    init(_ parameters: [Parameter]) { self.parameters = parameters }
}

/// Values by name, in the order of the space; a parameter whose conditions do not hold is left out.
public typealias Assignment = [JSONValue.Member]

extension [JSONValue.Member] {
    public subscript(name: String) -> JSONValue? { first { $0.name == name }?.value }
}

extension JSONValue {
    /// As a command line has it: a text without its quotes.
    public var plainText: String { string ?? "\(self)" }
}
