import MartletCore

/// Operands that do not fit an operation. The message names the operation and every shape.
public struct ShapeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The operation or layer that was asked.
    public let operation: String
    /// What it takes, in words.
    public let expected: String
    /// The types of the operands that it was given.
    public let found: [TensorType]

    /// - Parameter expected: what goes behind `expected`, such as `two matrices`.
    public init(_ operation: String, expected: String, found: [TensorType]) {
        self.operation = operation
        self.expected = expected
        self.found = found
    }

    public var description: String {
        let shapes = found.isEmpty ? "no operands" : found.map(\.description).joined(separator: " and ")
        return "\(operation): expected \(expected), found \(shapes)"
    }
}

extension Operation {
    /// Throws with every operand's type unless the condition holds.
    func require(_ condition: Bool, _ expected: String, _ operands: [TensorType]) throws(ShapeError) {
        guard condition else { throw ShapeError(Self.name, expected: expected, found: operands) }
    }
}
