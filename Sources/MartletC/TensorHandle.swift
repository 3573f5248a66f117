import Martlet
import Synchronization

/// A tensor, and a copy of its elements where one had to be made to be lent.
final class TensorHandle: Sendable {
    let tensor: Tensor
    private let copy = Mutex<HostCopy?>(nil)

    init(_ tensor: Tensor) { self.tensor = tensor }

    /// The elements, in memory that lives as long as the handle.
    func lend() throws -> (data: UnsafeRawPointer?, isCopy: Bool) {
        let memory = try tensor.hostMemory()
        guard tensor.elementCount > 0 else { return (nil, false) }
        if let memory { return (memory, false) }
        return try copy.withLock { copy in
            if let copy { return (copy.bytes, true) }
            let made = HostCopy(try tensor.hostArray())
            copy = made
            return (made.bytes, true)
        }
    }
}

/// An array at an address that stays.
///
/// It is `@unchecked Sendable` because nothing writes to the memory once it is filled.
private final class HostCopy: @unchecked Sendable {
    let bytes: UnsafeRawPointer

    init(_ array: HostArray) {
        bytes = array.withUnsafeBytes { source in
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: source.count, alignment: 64)
            memory.copyMemory(from: source)
            return UnsafeRawPointer(memory.baseAddress!)
        }
    }

    deinit { bytes.deallocate() }
}
