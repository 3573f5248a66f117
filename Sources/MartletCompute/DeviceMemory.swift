import MartletBackend
import MartletCore
import Synchronization

/// The buffers of a device: those that tensors hold, and idle ones that wait to be used again.
///
/// A buffer goes back as soon as its last holder is gone, whatever the device is still doing with it: launches and
/// transfers of a device happen in order, so whoever gets it next comes after them. What a thread frees while it holds
/// a lock of its own is safe, for nothing here calls out with the lock held.
final class DeviceMemory: Sendable {
    private let device: any Device
    private let state = Mutex(State())

    private struct State {
        var held: [(any Buffer)?] = []
        var isPooled: [Bool] = []
        var vacant: [Int] = []
        var idle: [SizeClass: [any Buffer]] = [:]
        var idleBytes = 0
        var heldBytes = 0
        var heldCount = 0
        var allocations = 0
        var isClosed = false
    }

    /// Buffers that can stand for one another.
    private struct SizeClass: Hashable {
        let elementSize: Int
        let count: Int
        var byteCount: Int { elementSize * count }

        /// At most an eighth is unused, beyond the smallest size; a buffer near the device's limit gets what it asks for.
        init(_ type: TensorType, limit: Int) {
            elementSize = type.dtype.byteCount
            let count = max(type.elementCount, Self.smallest)
            let step = max(Self.smallest, (1 << (Int.bitWidth - 1 - count.leadingZeroBitCount)) / 8)
            let rounded = (count + step - 1) / step * step
            self.count = rounded * elementSize <= limit ? rounded : count
        }
        init(_ buffer: any Buffer) {
            elementSize = buffer.dtype.byteCount
            count = buffer.count
        }
        private static let smallest = 64
    }

    /// Idle memory may always grow to this many bytes, and beyond it to what tensors hold.
    private static let idleLimit = 256 << 20

    init(_ device: any Device) { self.device = device }

    var usage: MemoryUsage {
        state.withLock { state in
            MemoryUsage(
                heldBytes: state.heldBytes, heldBuffers: state.heldCount, idleBytes: state.idleBytes, allocations: state.allocations)
        }
    }

    /// Memory for a tensor; its contents are whatever they were.
    func allocate(_ type: TensorType, purpose: @autoclosure () -> String) throws(DeviceError) -> Storage {
        let size = SizeClass(type, limit: device.largestBuffer)
        if let slot = takeIdle(size) { return Storage(self, slot) }
        let dtype: DType = type.dtype == .uint8 ? .uint8 : .float32
        let purpose = purpose()
        var buffer: any Buffer
        do {
            buffer = try device.makeBuffer(dtype, count: size.count, purpose: purpose)
        } catch .outOfMemory {
            // Idle buffers of other sizes may be what is missing.
            try device.finish()
            trim()
            buffer = try device.makeBuffer(dtype, count: max(1, type.elementCount), purpose: purpose)
        }
        return Storage(self, hold(buffer, isPooled: true))
    }

    /// A tensor's memory that is somebody else's and never used again.
    func adopt(_ buffer: any Buffer) -> Storage { Storage(self, hold(buffer, isPooled: false)) }

    /// The buffer behind a slot; nil where the device is closed.
    func buffer(_ slot: Int) -> (any Buffer)? { state.withLock { $0.held[slot] } }

    /// Frees what is idle.
    func trim() {
        let dropped = state.withLock { state in
            let idle = state.idle
            (state.idle, state.idleBytes) = ([:], 0)
            return idle
        }
        _ = dropped
    }

    /// Frees everything; slots stay, empty.
    func close() {
        let dropped = state.withLock { state in
            state.isClosed = true
            let all = state.held.compactMap { $0 } + state.idle.values.joined()
            state.held = state.held.map { _ in nil }
            (state.idle, state.idleBytes, state.heldBytes, state.heldCount) = ([:], 0, 0, 0)
            return all
        }
        _ = dropped
    }

    fileprivate func release(_ slot: Int) {
        let dropped: (any Buffer)? = state.withLock { state in
            let buffer = state.held[slot]
            state.held[slot] = nil
            state.vacant.append(slot)
            guard let buffer else { return nil }
            let size = SizeClass(buffer)
            state.heldBytes -= size.byteCount
            state.heldCount -= 1
            let limit = max(Self.idleLimit, state.heldBytes)
            guard state.isPooled[slot], state.idleBytes + size.byteCount <= limit else { return buffer }
            state.idle[size, default: []].append(buffer)
            state.idleBytes += size.byteCount
            return nil
        }
        _ = dropped
    }

    private func takeIdle(_ size: SizeClass) -> Int? {
        state.withLock { state in
            // The last one freed first: it is in cache, and an equal sequence of steps gets equal buffers.
            guard let buffer = state.idle[size]?.popLast() else { return nil }
            state.idleBytes -= size.byteCount
            return Self.place(buffer, isPooled: true, in: &state)
        }
    }

    private func hold(_ buffer: any Buffer, isPooled: Bool) -> Int {
        state.withLock { state in
            state.allocations += isPooled ? 1 : 0
            return Self.place(buffer, isPooled: isPooled, in: &state)
        }
    }

    private static func place(_ buffer: any Buffer, isPooled: Bool, in state: inout State) -> Int {
        state.heldBytes += SizeClass(buffer).byteCount
        state.heldCount += 1
        // A device that was closed meanwhile holds nothing any more.
        let content: (any Buffer)? = state.isClosed ? nil : buffer
        if let slot = state.vacant.popLast() {
            (state.held[slot], state.isPooled[slot]) = (content, isPooled)
            return slot
        }
        state.held.append(content)
        state.isPooled.append(isPooled)
        return state.held.count - 1
    }
}

/// A tensor's hold on a buffer; the last one to let go gives it back.
final class Storage: Sendable {
    private let memory: DeviceMemory
    private let slot: Int

    fileprivate init(_ memory: DeviceMemory, _ slot: Int) {
        self.memory = memory
        self.slot = slot
    }

    deinit { memory.release(slot) }

    /// Nil where the device is closed.
    var buffer: (any Buffer)? { memory.buffer(slot) }
}

/// What a device's tensors take.
public struct MemoryUsage: Hashable, Sendable {
    /// In buffers that tensors hold.
    public var heldBytes: Int
    /// How many buffers these are: several tensors may hold one.
    public var heldBuffers: Int
    /// In buffers that wait to be used again; `ComputeDevice.trim()` frees them.
    public var idleBytes: Int
    /// Buffers made since the device was opened.
    public var allocations: Int
}
