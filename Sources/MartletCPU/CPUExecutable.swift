internal import CMartletCPU
import MartletBackend
import MartletOps
import Synchronization

/// A program as calls of C kernels with everything they need in place.
///
/// It is `@unchecked Sendable` because its memory is touched by `run` alone, which holds the lock.
final class CPUExecutable: Executable, @unchecked Sendable {
    private let launches: [EncodedLaunch]
    private let calls: [() -> Void]
    private let memory: LaunchMemory
    private let lock = Mutex(())

    init(_ program: Program, regions: [Region: any Buffer], on device: CPUDevice) throws(DeviceError) {
        let memory = LaunchMemory(regions.mapValues { buffer in
            guard let buffer = buffer as? CPUBuffer else { preconditionFailure("a buffer of another device") }
            return buffer
        })
        (launches, calls) = try memory.encode(program, on: device)
        self.memory = memory
    }

    func run(_ step: StepParameters) {
        lock.withLock { _ in
            memory.step.pointee = step.raw
            for call in calls { call() }
        }
    }

    /// Each launch by itself, even where `run` takes several together.
    func runTimed(_ step: StepParameters) -> [LaunchSpan] {
        lock.withLock { _ in
            memory.step.pointee = step.raw
            var spans: [LaunchSpan] = []
            spans.reserveCapacity(launches.count)
            for launch in launches {
                let start = HostClock.nanoseconds
                for call in launch.calls { call() }
                spans.append(LaunchSpan(start: start, end: HostClock.nanoseconds))
            }
            return spans
        }
    }

    func finish() {}
}

/// What the launches of an executable refer to: buffers, the step parameters, scratch, and small arrays of their own.
final class LaunchMemory {
    let step: UnsafeMutablePointer<martlet_step>
    private var regions: [Region: CPUBuffer]
    /// Nil where no launch needs any.
    var scratch: UnsafeMutableRawPointer? { sharedScratch?.bytes }
    private var sharedScratch: AlignedMemory?
    private var scratchBytes = 0
    private var arrays: [AlignedMemory] = []
    private var owned: [UnsafeMutableRawPointer] = []

    init(_ regions: [Region: CPUBuffer]) {
        self.regions = regions
        step = .allocate(capacity: 1)
        step.initialize(to: martlet_step())
    }

    deinit {
        for pointer in owned { pointer.deallocate() }
        step.deallocate()
    }

    /// Each launch of a program with what it needs, and the calls of all of them in order, some of which may run several.
    func encode(_ program: Program, on device: CPUDevice) throws(DeviceError) -> (launches: [EncodedLaunch], calls: [() -> Void]) {
        var builder = LaunchBuilder(self, device.pool)
        for launch in program.computedInResults().launches {
            guard let operation = launch.operation as? any CPUOperation else {
                preconditionFailure("\(type(of: launch.operation).name) is not in the table of operations")
            }
            builder.beginLaunch()
            try operation.encode(launch, in: &builder)
        }
        let calls = builder.launches.swept(self, device.pool)
        try allocateScratch()
        return (builder.launches, calls)
    }

    /// Lets go of the buffers: from now on whoever runs the calls keeps them alive.
    func releaseRegions() { regions = [:] }

    /// The first byte of a slot.
    func address(_ slot: Slot) -> UnsafeMutableRawPointer {
        guard let buffer = regions[slot.region] else { preconditionFailure("no buffer for \(slot.region)") }
        precondition(slot.offset + slot.type.elementCount <= buffer.count, "\(slot.region) is too small")
        return buffer.bytes + slot.offset * buffer.dtype.byteCount
    }

    /// Scratch that one launch needs; launches run one after the other and share it.
    func needScratch(_ bytes: Int) { scratchBytes = max(scratchBytes, bytes) }

    private func allocateScratch() throws(DeviceError) {
        if scratchBytes > 0 { sharedScratch = try AlignedMemory(count: scratchBytes, stride: 1, purpose: "scratch") }
    }

    /// Room for elements that one launch leaves to another.
    func room<T: BitwiseCopyable>(_ count: Int, of _: T.Type, purpose: String) throws(DeviceError) -> UnsafeMutablePointer<T> {
        let array = try AlignedMemory(count: count, stride: MemoryLayout<T>.stride, purpose: purpose)
        arrays.append(array)
        return array.bytes.bindMemory(to: T.self, capacity: count)
    }

    /// A copy of a small array that stays where it is.
    func keep<T: BitwiseCopyable>(_ values: [T]) -> UnsafeMutablePointer<T> {
        let pointer = UnsafeMutablePointer<T>.allocate(capacity: max(1, values.count))
        pointer.initialize(from: values, count: values.count)
        owned.append(UnsafeMutableRawPointer(pointer))
        return pointer
    }
}

/// A launch as calls of C kernels.
struct EncodedLaunch {
    fileprivate(set) var calls: [() -> Void] = []
    /// Of a launch of one call that takes each row by itself.
    fileprivate(set) var rowStage: RowStage?
}

/// Collects the calls of an executable.
struct LaunchBuilder {
    let memory: LaunchMemory
    let pool: Pool
    private(set) var launches: [EncodedLaunch] = []

    init(_ memory: LaunchMemory, _ pool: Pool) {
        self.memory = memory
        self.pool = pool
    }

    func floats(_ slot: Slot) -> UnsafeMutablePointer<Float> { memory.address(slot).assumingMemoryBound(to: Float.self) }
    func integers(_ slot: Slot) -> UnsafeMutablePointer<Int32> { memory.address(slot).assumingMemoryBound(to: Int32.self) }

    mutating func beginLaunch() { launches.append(EncodedLaunch()) }

    /// - Parameter rowStage: the same work, where it takes each row by itself.
    mutating func add(rowStage: RowStage? = nil, _ call: @escaping () -> Void) {
        let last = launches.count - 1
        launches[last].rowStage = launches[last].calls.isEmpty ? rowStage : nil
        launches[last].calls.append(call)
    }

    /// A launch of a kernel of `CMartletCPU/Operations`.
    /// - Parameters:
    ///   - arguments: as the kernel declares them.
    ///   - items: what the kernel computes; shared among the threads.
    ///   - elements: how much work that is, in cheap elements.
    mutating func launch(_ kernel: String, _ arguments: [KernelArgument], items: Int, elements: Int) {
        let (kept, pool) = (memory.keep(arguments.map(\.raw)), pool)
        guard let function = martlet_cpu_kernel(pool.kernels, kernel, kept, Int32(arguments.count)) else {
            preconditionFailure("CMartletCPU/Operations has no kernel '\(kernel)' of the arguments \(arguments)")
        }
        add { martlet_cpu_launch(pool.raw, function, kept, items, elements) }
    }
}

/// An argument of a kernel of `CMartletCPU/Operations`.
enum KernelArgument {
    case memory(UnsafeMutableRawPointer)
    case count(Int)
    case value(Float)

    fileprivate var raw: martlet_argument {
        switch self {
        case .memory(let memory): martlet_argument(kind: MARTLET_MEMORY, memory: memory, count: 0, value: 0)
        case .count(let count): martlet_argument(kind: MARTLET_COUNT, memory: nil, count: count, value: 0)
        case .value(let value): martlet_argument(kind: MARTLET_VALUE, memory: nil, count: 0, value: value)
        }
    }
}
