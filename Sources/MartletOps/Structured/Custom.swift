import MartletCore

/// A kernel of the user's own package, with its CPU twin, its Float64 formula and its gradient.
///
/// The OpenCL kernel is called `name` and takes, for each operand and then each result, a `__global` pointer and a `uint`
/// offset in elements, and then the arguments. It may include headers of `Kernels` (`#include "Shared/pointwise.h"`). Both
/// twins must give the same bits: explicit `fma`, sums in a fixed order, nothing of the C library's.
public struct CustomKernel: Sendable {
    /// A number that the OpenCL kernel takes after the tensors.
    public enum Argument: Hashable, Sendable {
        /// A `uint`.
        case word(UInt32)
        /// A `float`.
        case number(Float)
    }

    /// Of the `__kernel` in the source.
    public let name: String
    /// OpenCL C 1.2.
    public let source: String
    /// Behind the tensors, in order. They are part of what tells kernels apart.
    public let arguments: [Argument]
    /// The types of the results; throws for operands that do not fit.
    public let resultTypes: @Sendable ([TensorType]) throws(ShapeError) -> [TensorType]
    /// The work-items of the OpenCL kernel, in one to three dimensions. Results come without gaps, and hold anything before.
    public let workItems: @Sendable (_ operands: [TensorType], _ results: [TensorType]) -> [Int]
    /// The CPU twin: reads operands and fills results.
    public let cpu: @Sendable (_ operands: [CustomTensor], _ results: [CustomTensor]) -> Void
    /// The Float64 oracle.
    public let formula: @Sendable (_ operands: [OracleTensor], _ results: inout [OracleTensor]) -> Void
    /// As `Operation.gradient`; nil where none flows.
    public let gradient: Gradient?

    /// The gradient by each operand, as operations that are added to the graph.
    public typealias Gradient =
        @Sendable (
            _ operands: [Value], _ results: [Value], _ upstream: [Value?], _ graph: inout any GraphBuilder
        ) throws(ShapeError) -> [Value?]

    /// A kernel of your own; `Custom(kernel)` puts it into graphs. Its source is compiled when a device first prepares
    /// it, and an error there is `DeviceError.build` with the compiler's log.
    public init(
        name: String, source: String, arguments: [Argument] = [],
        resultTypes: @escaping @Sendable ([TensorType]) throws(ShapeError) -> [TensorType],
        workItems: @escaping @Sendable (_ operands: [TensorType], _ results: [TensorType]) -> [Int],
        cpu: @escaping @Sendable (_ operands: [CustomTensor], _ results: [CustomTensor]) -> Void,
        formula: @escaping @Sendable (_ operands: [OracleTensor], _ results: inout [OracleTensor]) -> Void,
        gradient: Gradient? = nil
    ) {
        self.name = name
        self.source = source
        self.arguments = arguments
        self.resultTypes = resultTypes
        self.workItems = workItems
        self.cpu = cpu
        self.formula = formula
        self.gradient = gradient
    }
}

/// A tensor as the CPU twin of a custom kernel sees it: row-major, without gaps, for the time of the call.
public struct CustomTensor {
    /// Shape and element type.
    public let type: TensorType
    /// The first byte of the first element.
    public let bytes: UnsafeMutableRawPointer

    /// - Precondition: there are as many bytes as the type needs.
    public init(_ type: TensorType, _ bytes: UnsafeMutableRawPointer) {
        self.type = type
        self.bytes = bytes
    }

    /// The elements of a float32 tensor.
    public var floats: UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(start: bytes.assumingMemoryBound(to: Float.self), count: type.elementCount)
    }
    /// The elements of an int32 tensor.
    public var integers: UnsafeMutableBufferPointer<Int32> {
        UnsafeMutableBufferPointer(start: bytes.assumingMemoryBound(to: Int32.self), count: type.elementCount)
    }
}

/// One launch of a kernel that is not Martlet's. Two are equal where name, source and arguments are.
public struct Custom: Operation {
    public static let name = "custom"
    public static let summary = Summary("a kernel of the user's own, with its CPU twin and gradient", order: "the kernel's own")
    /// What is launched.
    public let kernel: CustomKernel

    /// An operation that launches the kernel.
    public init(_ kernel: CustomKernel) { self.kernel = kernel }

    public static func == (a: Custom, b: Custom) -> Bool {
        a.kernel.name == b.kernel.name && a.kernel.source == b.kernel.source && a.kernel.arguments == b.kernel.arguments
    }
    public func hash(into hasher: inout Hasher) {
        hasher.combine(kernel.name)
        hasher.combine(kernel.arguments)
    }

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] { try kernel.resultTypes(operands) }

    public func gradient(
        operands: [Value], results: [Value], upstream: [Value?], in graph: inout some GraphBuilder
    ) throws(ShapeError) -> [Value?] {
        guard let rule = kernel.gradient else { return operands.map { _ in nil } }
        return try opened(&graph) { (graph) throws(ShapeError) in try rule(operands, results, upstream, &graph) }
    }

    /// A rule that is a value takes any builder.
    private func opened<G: GraphBuilder>(
        _ graph: inout G, _ body: (inout any GraphBuilder) throws(ShapeError) -> [Value?]
    ) throws(ShapeError) -> [Value?] {
        var builder: any GraphBuilder = graph
        let gradients = try body(&builder)
        guard let changed = builder as? G else {
            throw ShapeError(kernel.name, expected: "a gradient rule that adds to the graph it is given", found: [])
        }
        graph = changed
        return gradients
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        kernel.formula(operands, &results)
    }
}
