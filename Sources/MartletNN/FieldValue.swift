import MartletOps

/// What a field of a layer's description can hold.
public protocol FieldValue: Codable, Equatable, Sendable {
    /// What a field of this type takes, for messages: `a whole number`.
    static var form: String { get }
}

extension Int: FieldValue { public static var form: String { "a whole number" } }
extension Float: FieldValue { public static var form: String { "a number" } }
extension Bool: FieldValue { public static var form: String { "true or false" } }
extension String: FieldValue { public static var form: String { "a text" } }
extension Optional: FieldValue where Wrapped: FieldValue { public static var form: String { "\(Wrapped.form), or null" } }
extension Dictionary: FieldValue where Key == String, Value: FieldValue {
    public static var form: String { "an object whose values are \(Value.form)" }
}
extension Initialiser: FieldValue {
    public static var form: String {
        "one of \(named.map(\.name).joined(separator: ", ")), or an object such as {\"normal\": 0.01}"
    }
}
