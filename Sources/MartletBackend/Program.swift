import MartletCore
import MartletOps

/// A kind of device memory. A plan names regions; whoever runs it binds a buffer to each.
public enum Region: Hashable, Sendable {
    /// All trainable parameters, one after the other; gradients and the optimizer's states have the same layout.
    case parameters
    /// The gradients of a step, laid out as the parameters are.
    case gradients
    /// Sums of the gradients of several batches that make one step.
    case accumulatedGradients
    /// One of the arenas that the optimizer's rule keeps (`OptimizerRule.stateCount`), by number.
    case optimizerState(Int)
    /// Running statistics, and the values that the end of a step commits over them.
    case state
    /// The next values of the running statistics, which a sound step commits.
    case stagedState
    /// The metrics of one step, and their running sums.
    case stepMetrics
    /// Running sums of the metrics, each a pair (sum, what rounding lost).
    case metrics
    /// See `Health`.
    case health
    /// What a plan gives back (predictions).
    case outputs
    /// One result of a plan that leaves each in a buffer of its own.
    case result(Int)
    /// Intermediate values; several where one allocation would be too large for the device.
    case workspace(Int)
    /// A resident data set, by number.
    case external(Int)
}

/// Where a tensor lies: a region and an offset in elements.
public struct Slot: Hashable, Sendable {
    /// The memory that it is part of.
    public var region: Region
    /// In elements, from the start of the region.
    public var offset: Int
    /// Shape and element type of what lies there, without gaps.
    public var type: TensorType

    /// A tensor at an offset, in elements, within a region.
    public init(_ region: Region, offset: Int = 0, _ type: TensorType) {
        self.region = region
        self.offset = offset
        self.type = type
    }
}

/// One operation on slots.
public struct Launch: Sendable {
    /// What is computed, with its attributes.
    public var operation: any Operation
    /// Read, in the order of the operation.
    public var operands: [Slot]
    /// Written, in the order of the operation. An operation that changes something in place reads them as well.
    public var results: [Slot]
    /// What the user would call it, such as `0.weight gradient`.
    public var label: String

    /// - Precondition: operands and results fit the operation, as `Operation.resultTypes` says.
    public init(_ operation: any Operation, _ operands: [Slot], _ results: [Slot], label: String) {
        self.operation = operation
        self.operands = operands
        self.results = results
        self.label = label
    }

    /// What it computes and moves.
    public var cost: Cost { operation.cost(operands.map(\.type), results.map(\.type)) }
}

/// Launches in order, ready to be prepared by a device.
public struct Program: Sendable {
    /// In the order in which they run; each sees what those before it have written.
    public var launches: [Launch]
    /// Launches that are to run in the given order.
    public init(_ launches: [Launch]) { self.launches = launches }

    /// Element count and type of every region that the launches touch. Regions other than data sets count in words of
    /// four bytes, whether they hold numbers or indices.
    public var regionSizes: [Region: Int] {
        var sizes: [Region: Int] = [:]
        for slot in launches.lazy.flatMap({ $0.operands + $0.results }) {
            sizes[slot.region] = max(sizes[slot.region] ?? 0, slot.offset + slot.type.elementCount)
        }
        return sizes
    }
}
