internal import CMartletOpenCL
import MartletBackend
import Synchronization

/// Memory of a device. Its contents are undefined until they are written.
public final class OpenCLBuffer: Sendable {
    public let context: OpenCLContext
    /// What it is for: named in errors.
    public let purpose: String
    /// Bytes asked for.
    public let byteCount: Int
    let handle: OwnedHandle
    /// Not another buffer's, ever: a handle may come again after its buffer is gone. From 1.
    let number: UInt64

    fileprivate init(_ context: OpenCLContext, byteCount: Int, purpose: String, handle: consuming OwnedHandle) {
        self.context = context
        self.byteCount = byteCount
        self.purpose = purpose
        self.handle = handle
        number = Self.counter.add(1, ordering: .relaxed).newValue
    }

    private static let counter = Atomic<UInt64>(0)

    deinit { context.allocated.subtract(byteCount, ordering: .relaxed) }
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
