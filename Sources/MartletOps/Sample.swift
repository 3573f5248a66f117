import MartletCore

/// One case of an operation: what is checked and measured on every backend.
public struct Sample: Sendable {
    /// How an operand or the former content of a result is filled.
    public enum Filling: Hashable, Sendable {
        /// Standard normal numbers.
        case normal
        /// Numbers away from zero, so that no kink is near.
        case awayFromZero
        /// Numbers in [low, high).
        case uniform(Float, Float)
        /// Integers in 0 ..< bound (also as bytes).
        case integers(Int)
        /// One number everywhere.
        case constant(Float)
        /// Rows that are positive and sum to one.
        case probabilities
        /// Zeros, subnormals, extremes, infinities and NaN among normal numbers.
        case special
    }

    /// What tells it from the others of its operation, such as its shapes.
    public var label: String
    /// What is run, with its attributes.
    public var operation: any Operation
    /// Their types, in the order of the operation.
    public var operands: [TensorType]
    /// One per operand.
    public var fillings: [Filling]
    /// For operations that change something in place: what the results hold before.
    public var resultFillings: [Filling]
    /// Operands by which the gradient is checked.
    public var differentiable: [Int]
    /// Tolerance against the Float64 oracle, relative to the largest magnitude of the result.
    public var tolerance: Double

    /// - Parameter fillings: of the first operands; the others get normal numbers.
    public init(
        _ label: String, _ operation: any Operation, _ operands: [TensorType], _ fillings: [Filling] = [],
        results: [Filling] = [], differentiable: [Int] = [], tolerance: Double = 1e-5
    ) {
        self.label = label
        self.operation = operation
        self.operands = operands
        self.fillings = fillings + Array(repeating: .normal, count: max(0, operands.count - fillings.count))
        resultFillings = results
        self.differentiable = differentiable
        self.tolerance = tolerance
    }
}
