import MartletBackend
import MartletCore
import Synchronization

/// A device with its tensors, the plans that were made for them, and the memory that they share.
///
/// A device and its tensors may be used from any threads. Threads that use one device take turns; devices are
/// independent of one another, so that two threads with a device each work at once.
///
/// It is `@unchecked Sendable` because the state of evaluation is touched with the lock held.
public final class ComputeDevice: @unchecked Sendable {
    /// The backend's device, which plans of other kinds may share.
    public let backend: any Device
    /// Why this one was chosen, in a sentence's end: `because …`.
    public let reason: String
    let memory: DeviceMemory

    /// Orders evaluations. What recorded values hold, and everything below, is touched with it held.
    let lock = Mutex(())
    var plans = PlanCache()
    /// Numbers that were operands, by their bits.
    var scalars: [UInt32: Storage] = [:]
    var lastMark: UInt64 = 0
    var counts = EvaluationCounts()

    private let closed = Atomic<Bool>(false)

    /// `CPU (AVX-512, 2 threads)`, `OpenCL 0.0 …`
    public var name: String { backend.name }

    /// Opens a device: `ComputeDevice(.auto)`, `ComputeDevice(.cpu)`, `ComputeDevice(.opencl(.index(0)))`.
    /// - Parameter threads: of the CPU path; nil for all processors.
    /// - Throws: `ComputeError.device`, with what was found and what to do.
    public convenience init(_ selection: BackendSelection = .auto, threads: Int? = nil) throws(ComputeError) {
        let opened = try wrap { () throws(DeviceError) in try Backends.open(selection, threads: threads) }
        self.init(opened.device, reason: opened.reason)
    }

    /// A device that is open already, such as one that a model trains on.
    public init(_ backend: any Device, reason: String = "because it was given") {
        self.backend = backend
        self.reason = reason
        memory = DeviceMemory(backend)
    }

    /// Whether `close()` was called: then whatever is asked of its tensors throws `ComputeError.closed`.
    public var isClosed: Bool { closed.load(ordering: .acquiring) }

    /// What its tensors take.
    public var memoryUsage: MemoryUsage { memory.usage }

    /// What has run so far.
    public var evaluationCounts: EvaluationCounts { lock.withLock { _ in counts } }

    /// Waits until everything is done that evaluations have enqueued. What was recorded and not evaluated stays so.
    /// - Throws: `ComputeError.device` for what went wrong meanwhile; `closed`.
    public func synchronize() throws(ComputeError) {
        try requireOpen()
        try wrap { () throws(DeviceError) in try backend.finish() }
    }

    /// Frees the memory that waits to be used again.
    public func trim() { memory.trim() }

    /// Forgets all cached plans and their kernels; compiled functions keep theirs.
    public func forgetPlans() {
        let dropped = lock.withLock { _ in
            defer { plans = PlanCache() }
            return plans
        }
        _ = dropped
    }

    /// Waits for the device, and frees the memory of all its tensors and all plans. Using one of the tensors afterwards
    /// throws `closed`. Closing twice is allowed.
    /// - Throws: `ComputeError.device` for what went wrong on the device before; it is closed all the same.
    public func close() throws(ComputeError) {
        guard !closed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        var failure: DeviceError?
        do { try backend.finish() } catch { failure = error }
        lock.withLock { _ in
            plans.removeAll()
            scalars = [:]
        }
        memory.close()
        if let failure { throw .device(failure) }
    }

    func requireOpen() throws(ComputeError) {
        if isClosed { throw .closed(device: name) }
    }
}

/// How much a device did: what tests count instead of timing.
public struct EvaluationCounts: Hashable, Sendable {
    /// Runs of plans.
    public var evaluations = 0
    /// Launches in them.
    public var launches = 0
    /// Plans made because none fitted.
    public var plans = 0

    /// Counts to compare with.
    public init(evaluations: Int = 0, launches: Int = 0, plans: Int = 0) {
        (self.evaluations, self.launches, self.plans) = (evaluations, launches, plans)
    }

    /// What was done between two looks at a device.
    public static func - (a: Self, b: Self) -> Self {
        Self(evaluations: a.evaluations - b.evaluations, launches: a.launches - b.launches, plans: a.plans - b.plans)
    }
}
