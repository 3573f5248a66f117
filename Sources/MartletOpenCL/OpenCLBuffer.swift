internal import CMartletOpenCL
import MartletBackend
import Synchronization

/// Memory of a device. Its contents are undefined until they are written.
public final class OpenCLBuffer: Sendable {
    /// Where it was made.
    public let context: OpenCLContext
    /// What it is for: named in errors.
    public let purpose: String
    /// Bytes asked for.
    public let byteCount: Int
    let handle: OwnedHandle
    /// Not another buffer's, ever: a handle may come again after its buffer is gone. From 1.
    let number: UInt64

    /// What the maker of the memory is told once the device is done with it; nil for memory of our own.
    private let onRelease: (@Sendable () -> Void)?

    fileprivate init(
        _ context: OpenCLContext, byteCount: Int, purpose: String, handle: consuming OwnedHandle,
        onRelease: (@Sendable () -> Void)? = nil
    ) {
        self.context = context
        self.onRelease = onRelease
        self.byteCount = byteCount
        self.purpose = purpose
        self.handle = handle
        number = Self.counter.add(1, ordering: .relaxed).newValue
    }

    private static let counter = Atomic<UInt64>(0)

    deinit {
        guard let onRelease else {
            context.allocated.subtract(byteCount, ordering: .relaxed)
            return
        }
        // Launches in flight may still read the memory.
        _ = martlet_cl_finish(context.queue.raw)
        onRelease()
    }

    /// The `cl_mem`, which lives as long as this does.
    public var raw: OpaquePointer { handle.raw }
}

extension OpenCLContext {
    /// Allocates memory. A request for no bytes gives a minimal buffer, so that an empty tensor can be an argument too.
    /// - Throws: `DeviceError.outOfMemory`, naming the purpose and the limit; `DeviceError.call`.
    public func makeBuffer(byteCount: Int, purpose: String) throws(DeviceError) -> OpenCLBuffer {
        precondition(byteCount >= 0, "a buffer cannot have \(byteCount) bytes")
        // Counted before the driver is asked: several allocate lazily and fail only at a later launch.
        let total = allocated.add(byteCount, ordering: .relaxed).newValue
        let limit = min(device.largestAllocation, device.globalMemory - (total - byteCount))
        do throws(DeviceError) {
            guard byteCount <= limit else {
                throw .outOfMemory(purpose: purpose, bytes: byteCount, limit: max(0, limit))
            }
            let handle = try createBuffer(byteCount, purpose, limit)
            return OpenCLBuffer(self, byteCount: byteCount, purpose: purpose, handle: handle)
        } catch {
            allocated.subtract(byteCount, ordering: .relaxed)
            throw error
        }
    }

    /// A `cl_mem` of this context that somebody else made; it is retained. The owner is told when the last use is over.
    /// - Throws: `DeviceError.call` for one of another context, or that is smaller than `byteCount`.
    public func adoptBuffer(
        _ memory: OpaquePointer, byteCount: Int, onRelease: @escaping @Sendable () -> Void = {}
    ) throws(DeviceError) -> OpenCLBuffer {
        var owner: cl_context?
        var size = 0
        try check(martlet_cl_buffer_info(memory, &owner, &size), "clGetMemObjectInfo", "the memory to wrap")
        guard owner == context.raw else {
            throw .call(name: "wrap", code: "CL_INVALID_CONTEXT", context: "expected memory of the device's context, found another's")
        }
        guard size >= byteCount else {
            throw .call(name: "wrap", code: "CL_INVALID_BUFFER_SIZE", context: "expected \(byteCount) bytes, found \(size)")
        }
        try check(martlet_cl_retain_buffer(memory), "clRetainMemObject", "the memory to wrap")
        let handle = OwnedHandle(owning: memory, release: martlet_cl_release_buffer)
        return OpenCLBuffer(self, byteCount: byteCount, purpose: "wrapped memory", handle: handle, onRelease: onRelease)
    }

    /// A buffer in the host's memory; nil where the device would copy it: where it has memory of its own, or the address
    /// is not aligned for it.
    /// - Throws: `DeviceError.call`.
    func shareBuffer(
        _ memory: UnsafeMutableRawPointer, byteCount: Int, onRelease: @escaping @Sendable () -> Void
    ) throws(DeviceError) -> OpenCLBuffer? {
        guard device.unifiedMemory, byteCount >= Self.smallestBuffer,
            Int(bitPattern: memory) % max(1, device.baseAddressAlignment) == 0
        else { return nil }
        let handle = try OwnedHandle(
            "clCreateBuffer", "\(byteCount) bytes of the host's memory", release: martlet_cl_release_buffer
        ) { martlet_cl_create_buffer_on_host(context.raw, byteCount, memory, $0) }
        return OpenCLBuffer(self, byteCount: byteCount, purpose: "memory of the host", handle: handle, onRelease: onRelease)
    }

    private func createBuffer(_ byteCount: Int, _ purpose: String, _ limit: Int) throws(DeviceError) -> OwnedHandle {
        let outOfMemory = [CL_MEM_OBJECT_ALLOCATION_FAILURE, CL_OUT_OF_RESOURCES, CL_OUT_OF_HOST_MEMORY]
        var refused = false
        do {
            return try OwnedHandle(
                "clCreateBuffer", "\(byteCount) bytes for \(purpose)", release: martlet_cl_release_buffer
            ) { status in
                let buffer = martlet_cl_create_buffer(context.raw, max(byteCount, Self.smallestBuffer), status)
                refused = outOfMemory.contains(status.pointee)
                return buffer
            }
        } catch {
            guard refused else { throw error }
            throw .outOfMemory(purpose: purpose, bytes: byteCount, limit: limit)
        }
    }

    private static let smallestBuffer = 16
}
