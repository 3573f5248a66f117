import MartletCore
import MartletOps
import Synchronization

/// A value that was asked for: of known type, computed when somebody needs it.
///
/// It is `@unchecked Sendable` because `content` and the marks are touched with the lock of the device held, and
/// nothing else changes but atomics.
final class DeferredValue: @unchecked Sendable {
    enum Content {
        /// A result of an operation that has not run.
        case pending(DeferredOperation, result: Int)
        case stored(Storage)
        /// A number that every plan takes as an operand, so that plans do not depend on it.
        case constant(Float)
        /// What a traced function gets in place of a tensor.
        case argument
    }

    let device: ComputeDevice
    let type: TensorType
    /// The trace that it belongs to: it hangs on an argument of that trace. 0 for none.
    let trace: UInt64
    /// Made of numbers alone: as good a part of any plan as of another.
    let isConstant: Bool
    var content: Content

    /// Whether a `Tensor` stands for it, and how often operations that have not run read it.
    let isHeld = Atomic<Bool>(false)
    let uses = Atomic<Int>(0)
    /// At least as many operations have to run before it is known.
    let pendingCount: Atomic<Int>

    /// When a traversal came here last, as which leaf, and how often.
    var mark: UInt64 = 0
    var place = 0
    var usesSeen = 0

    init(_ device: ComputeDevice, _ type: TensorType, _ content: Content, trace: UInt64 = 0, pendingCount: Int = 0) {
        self.device = device
        self.type = type
        self.content = content
        isConstant = switch content {
        case .constant: true
        case .pending(let operation, _): operation.operands.allSatisfy(\.isConstant)
        case .stored, .argument: false
        }
        self.trace = trace
        self.pendingCount = Atomic(pendingCount)
    }
}

/// An operation that was recorded and has not run.
///
/// It is `@unchecked Sendable` because the marks are touched with the lock of the device held.
final class DeferredOperation: @unchecked Sendable {
    let recipe: Recipe
    let operands: [DeferredValue]
    var mark: UInt64 = 0
    var place = 0

    init(_ recipe: Recipe, _ operands: [DeferredValue]) {
        self.recipe = recipe
        self.operands = operands
        for operand in operands { operand.uses.add(1, ordering: .releasing) }
    }

    deinit {
        for operand in operands { operand.uses.subtract(1, ordering: .releasing) }
    }
}
