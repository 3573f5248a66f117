import MartletBackend
import MartletCore
import MartletOps

/// A layer graph: typed values with static shapes, made by operations from leaves. A value may be used many times.
public struct Graph: GraphBuilder, Sendable {
    /// Where a leaf's memory is.
    public enum Leaf: Hashable, Sendable {
        /// A trainable tensor, by its place in `parameters`.
        case parameter(Int)
        /// A running statistic, by its place in `states`.
        case state(Int)
        /// Data that lie on the device, by their place in `externals`.
        case external(Int)
    }

    /// Where a value is to be left.
    public enum Destination: Hashable, Sendable {
        /// The gradient of a parameter, for the optimizer.
        case gradient(Int)
        /// The next value of a running statistic.
        case state(Int)
        /// A metric of this step; the first is the loss.
        case metric(Int)
        /// A result for the host.
        case output(Int)
        /// A parameter itself, for initialisers.
        case parameter(Int)
    }

    /// One operation on values.
    public struct Node: Sendable {
        /// What it computes, with its attributes.
        public var operation: any Operation
        /// Values made before it, or leaves.
        public var operands: [Value]
        /// New values, in the order of the operation.
        public var results: [Value]
        /// The scope in which it was made, and the name of the operation.
        public var label: String
    }

    /// A named tensor that lives as long as the model.
    public struct Variable: Hashable, Sendable {
        /// As errors and plans name it.
        public var name: String
        /// In device memory.
        public var type: TensorType

        /// A tensor under the name that errors and plans give it.
        public init(_ name: String, _ type: TensorType) {
            self.name = name
            self.type = type
        }
    }

    /// In the order in which they were made, which is an order of computation.
    public internal(set) var nodes: [Node] = []
    /// Of every value, by its index.
    public internal(set) var types: [TensorType] = []
    /// Trainable tensors in the order in which they were asked for, that of the arena and of files.
    public private(set) var parameters: [Variable] = []
    /// Running statistics in the order in which they were asked for.
    public private(set) var states: [Variable] = []
    /// Data on the device in the order in which they were asked for.
    public private(set) var externals: [Variable] = []
    /// The values that no node makes, and where their memory is.
    public internal(set) var leaves: [Value: Leaf] = [:]
    /// The values that are left somewhere; nothing else is computed.
    public internal(set) var destinations: [Value: Destination] = [:]
    /// What following nodes belong to; becomes the head of their labels.
    public var scope = ""

    /// A graph without values.
    public init() {}

    /// Shape and element type of a value of this graph.
    public func type(of value: Value) -> TensorType { types[value.index] }

    /// A trainable tensor.
    public mutating func parameter(_ name: String, _ type: TensorType) -> Value {
        parameters.append(Variable(name, type))
        return leaf(.parameter(parameters.count - 1), type)
    }
    /// A running statistic: a tensor that steps change, but not by a gradient. It keeps its value where nothing is left
    /// at `.state`.
    public mutating func state(_ name: String, _ type: TensorType) -> Value {
        states.append(Variable(name, type))
        return leaf(.state(states.count - 1), type)
    }
    /// Data that is resident on the device.
    public mutating func external(_ name: String, _ type: TensorType) -> Value {
        externals.append(Variable(name, type))
        return leaf(.external(externals.count - 1), type)
    }

    /// Adds an operation and gives its results.
    /// - Throws: where the operands do not fit the operation, or a result had 2^31 elements or more.
    public mutating func apply(_ operation: some Operation, _ operands: [Value]) throws(ShapeError) -> [Value] {
        let operandTypes = operands.map { type(of: $0) }
        let resultTypes = try operation.resultTypes(operandTypes)
        for type in resultTypes where type.shape.checkedElementCount == nil {
            throw ShapeError(
                Swift.type(of: operation).name, expected: "results of fewer than 2^31 elements, not \(type)", found: operandTypes)
        }
        let results = resultTypes.map { newValue($0) }
        let name = Swift.type(of: operation).name
        nodes.append(Node(operation: operation, operands: operands, results: results, label: scope.isEmpty ? name : "\(scope) \(name)"))
        return results
    }

    /// Asks for a value to be left somewhere. A value that is a leaf, a view, or already wanted elsewhere is copied.
    public mutating func leave(_ value: Value, at destination: Destination) throws(ShapeError) {
        let isComputed = nodes.contains { $0.results.contains(value) && !($0.operation is any ViewOperation) }
        let placed = isComputed && destinations[value] == nil ? value : try copy(value)
        destinations[placed] = destination
    }

    private mutating func copy(_ value: Value) throws(ShapeError) -> Value {
        let type = type(of: value)
        if type.dtype == .float32 { return try apply(Pointwise(.identity), [value])[0] }
        return try apply(Copy.transpose(type.shape, Array(0..<type.shape.rank)), [value])[0]
    }

    mutating func newValue(_ type: TensorType) -> Value {
        types.append(type)
        return Value(types.count - 1)
    }

    private mutating func leaf(_ leaf: Leaf, _ type: TensorType) -> Value {
        let value = newValue(type)
        leaves[value] = leaf
        return value
    }
}
