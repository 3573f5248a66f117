/// How gradients are kept from growing too large, before the update: each element cut to [-value, value], then all of them
/// scaled so that their norm together is at most `norm` (Pascanu, Mikolov and Bengio 2013).
public struct GradientClipping: Hashable, Sendable, Codable {
    /// Of what the total is made.
    public enum Norm: String, Hashable, Sendable, Codable, CaseIterable {
        /// The sum of the magnitudes.
        case l1
        /// The root of the sum of the squares.
        case l2
        /// The largest magnitude.
        case max
    }

    /// The largest magnitude of an element; nil for no limit.
    public var value: Double?
    /// The largest norm of all gradients together; nil for no limit.
    public var norm: Double?
    /// Which norm is limited.
    public var kind: Norm

    /// Limits that are positive and finite, which is checked when a model is compiled; nil for none.
    public init(value: Double? = nil, norm: Double? = nil, kind: Norm = .l2) {
        self.value = value
        self.norm = norm
        self.kind = kind
    }

    /// Gradients are left as they are.
    public static let none = GradientClipping()
}

extension GradientClipping: CustomStringConvertible {
    public var description: String {
        let parts = [value.map { "values at \($0)" }, norm.map { "\(kind.rawValue) norm at \($0)" }].compactMap(\.self)
        return parts.isEmpty ? "none" : parts.joined(separator: ", ")
    }
}

extension GradientClipping.Norm {
    /// What is reduced of each element, and how.
    public var reduction: (kind: Reduce.Kind, prologue: Expression) {
        switch self {
        case .l1: (.sum, Expression(.absolute))
        case .l2: (.sum, Expression(.square))
        case .max: (.maximum, Expression(.absolute))
        }
    }
}
