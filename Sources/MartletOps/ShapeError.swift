import MartletCore

/// Operands or settings that do not fit an operation. The message names the operation, and every shape or the setting.
public struct ShapeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The operation or layer that was asked.
    public let operation: String
    /// What it takes, in words.
    public let expected: String
    /// The types of the operands that it was given.
    public let found: [TensorType]
    /// What was found in a setting; nil where the operands are at fault.
    public let value: String?

    /// - Parameter expected: what goes behind `expected`, such as `two matrices`.
    public init(_ operation: String, expected: String, found: [TensorType]) {
        (self.operation, self.expected, self.found, value) = (operation, expected, found, nil)
    }

    /// A setting of the operation that is out of its range.
    /// - Parameters:
    ///   - expected: what goes behind `expected`, such as `a momentum from 0 to 1`.
    ///   - value: what was found.
    public init(_ operation: String, expected: String, value: String) {
        (self.operation, self.expected, found, self.value) = (operation, expected, [], value)
    }

    public var description: String {
        let shapes = found.isEmpty ? "no operands" : found.map(\.description).joined(separator: " and ")
        return "\(operation): expected \(expected), found \(value ?? shapes)"
    }
}

extension Operation {
    /// Throws with every operand's type unless the condition holds.
    func require(_ condition: Bool, _ expected: String, _ operands: [TensorType]) throws(ShapeError) {
        guard condition else { throw ShapeError(Self.name, expected: expected, found: operands) }
    }
}
