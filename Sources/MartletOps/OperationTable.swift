/// The closed set of operations. A backend that lacks one of them does not compile: see `OperationTable.require`.
public let everyOperation = OperationTable<
    Pointwise,
    Matmul,
    Reduce,
    Copy,
    ArgMax,
    SoftmaxCrossEntropy,
    SoftmaxCrossEntropyGradient,
    TopClassMatch,
    Gather,
    GatherGradient,
    BatchIndices,
    Accumulate,
    FiniteScan,
    Update,
    Commit
>()

/// A list of operation types that the compiler can walk.
public struct OperationTable<each Row: Operation>: Sendable {
    init() {}

    /// All the types.
    public var types: [any Operation.Type] {
        var result: [any Operation.Type] = []
        repeat result.append((each Row).self)
        return result
    }
}

/// The operations that are made of those.
public let everyComposite: [any CompositeOperation.Type] = [BatchNorm.self, LayerNorm.self, Softmax.self]
