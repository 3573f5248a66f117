/// The closed set of operations. A backend that lacks one of them does not compile: see `OperationTable.require`.
public let everyOperation = OperationTable<
    Pointwise,
    Matmul,
    Conv2D,
    Conv2DInputGradient,
    Conv2DWeightGradient,
    MaxPool2D,
    MaxPool2DGradient,
    AveragePool2D,
    AveragePool2DGradient,
    Reduce,
    Copy,
    ArgMax,
    SoftmaxCrossEntropy,
    SoftmaxCrossEntropyGradient,
    TopClassMatch,
    OneHot,
    Gather,
    GatherGradient,
    BatchIndices,
    ImageBatch,
    Accumulate,
    FiniteScan,
    Update,
    Commit,
    Custom
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

/// The operations that are made of others: no backend launches them, and their gradient rules are checked like any.
public let everyComposite: [any CompositeOperation.Type] = [
    BatchNorm.self, LayerNorm.self, Softmax.self, SoftTargetCrossEntropy.self,
]
