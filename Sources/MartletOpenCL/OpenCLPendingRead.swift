import MartletBackend
import MartletCore

/// A read in the order of the launches, which nobody waits for until its elements are wanted.
///
/// It is `@unchecked Sendable` because the device alone writes to its memory, and it is read when that is done.
final class OpenCLPendingRead: PendingRead, @unchecked Sendable {
    private let type: TensorType
    private let memory: UnsafeMutableRawBufferPointer
    /// Nil where there is nothing to read.
    private let end: OpenCLEvent?

    init(_ type: TensorType, _ buffer: OpenCLBuffer, at offset: Int) throws(DeviceError) {
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: type.elementCount * type.dtype.byteCount, alignment: 64)
        do throws(DeviceError) {
            end = try buffer.enqueueRead(into: memory, at: offset)
        } catch {
            memory.deallocate()
            throw error
        }
        self.memory = memory
        self.type = type
    }

    deinit {
        // Until then the device may write to the memory.
        try? end?.wait()
        memory.deallocate()
    }

    func array() throws(DeviceError) -> HostArray {
        try end?.wait()
        return HostArray(type: type) { $0.copyMemory(from: UnsafeRawBufferPointer(memory)) }
    }
}
