import MartletCore

/// One row of the table of operations: attributes as stored properties, and everything that is known of it
/// beside its kernels. Each backend adds its launch in a file of the same name.
public protocol Operation: Hashable, Sendable {
    /// The name in plans, errors and documentation.
    static var name: String { get }

    /// What the documentation says of it.
    static var summary: Summary { get }

    /// The types of the results for given operands; throws naming every shape where they do not fit.
    func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType]

    /// Adds the nodes that carry gradients back, one optional value per operand.
    /// `upstream` has one optional gradient per result; at least one is present.
    func gradient(
        operands: [Value], results: [Value], upstream: [Value?], in graph: inout some GraphBuilder
    ) throws(ShapeError) -> [Value?]

    /// Arithmetic and traffic of one launch.
    func cost(_ operands: [TensorType], _ results: [TensorType]) -> Cost

    /// The Float64 formula, independent of `Kernels/Shared`. The results come in holding what was stored before,
    /// for operations that change something in place.
    func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters)

    /// Cases from which parity tests, gradient checks and benchmarks are generated; never empty.
    static var samples: [Sample] { get }
}

extension Operation {
    /// Nothing to carry back, which is right for operations on whole arenas and on integers.
    public func gradient(
        operands: [Value], results: [Value], upstream: [Value?], in graph: inout some GraphBuilder
    ) throws(ShapeError) -> [Value?] {
        operands.map { _ in nil }
    }

    /// Every operand read once, every result written once, one flop per result element.
    public func cost(_ operands: [TensorType], _ results: [TensorType]) -> Cost {
        Cost(flops: results.map(\.elementCount).reduce(0, +), operands, results)
    }
}

/// A value of a graph: the result of a node, or a leaf.
public struct Value: Hashable, Sendable {
    /// Its place among the values of its graph.
    public let index: Int
    /// - Precondition: the graph that it is used with has so many values.
    public init(_ index: Int) { self.index = index }
}

/// What a gradient rule may do to a graph.
public protocol GraphBuilder {
    /// Shape and element type of a value of this graph.
    func type(of value: Value) -> TensorType
    /// Adds an operation and gives its results.
    /// - Throws: where the operands do not fit the operation.
    mutating func apply(_ operation: some Operation, _ operands: [Value]) throws(ShapeError) -> [Value]
}

/// Floating-point operations and bytes moved to and from memory by one launch.
public struct Cost: Hashable, Sendable {
    /// A multiply-add is two.
    public var flops: Int
    /// Every operand read once and every result written once, unless the operation says otherwise.
    public var bytes: Int

    /// So many operations, and the bytes of these tensors.
    public init(flops: Int, _ operands: [TensorType], _ results: [TensorType]) {
        self.flops = flops
        bytes = (operands + results).map(\.byteCount).reduce(0, +)
    }
}

/// A tensor of the Float64 oracle; integers are held exactly.
public struct OracleTensor: Sendable {
    /// As on the device.
    public var type: TensorType
    /// In row-major order.
    public var values: [Double]

    /// - Precondition: the values are as many as the type has elements.
    public init(_ type: TensorType, _ values: [Double]) {
        self.type = type
        self.values = values
    }
    /// An element by its row-major index.
    public subscript(_ index: Int) -> Double {
        get { values[index] }
        set { values[index] = newValue }
    }
}
