import MartletBackend
import MartletCore

extension Tensor {
    /// A copy of memory that holds elements of a type in row-major order.
    /// - Throws: `data` for another number of bytes; `device`, `closed`.
    public convenience init(
        copying bytes: UnsafeRawBufferPointer, _ type: TensorType, on device: ComputeDevice
    ) throws(ComputeError) {
        try Self.require(bytes.count, type, "copying")
        try self.init(HostArray(type: type) { $0.copyMemory(from: bytes) }, on: device)
    }

    /// A tensor that lies in memory of yours, used there without a copy where the device can: on the CPU path, and on
    /// OpenCL devices that share the host's memory, where the address is aligned for them. Elsewhere it is copied now.
    /// - Parameter onRelease: called exactly once, on any thread, when the memory is needed no longer: at once where it was
    ///   copied, else when the last tensor that lies there is gone and the device done with it. Until then the memory
    ///   must stay, and nobody may write to it.
    /// - Throws: `data` for another number of bytes; `device`, `closed`. `onRelease` is called before anything is thrown.
    public static func sharing(
        _ bytes: UnsafeMutableRawBufferPointer, _ type: TensorType, on device: ComputeDevice,
        onRelease: @escaping @Sendable () -> Void
    ) throws(ComputeError) -> Tensor {
        do throws(ComputeError) {
            try device.requireOpen()
            try require(bytes.count, type, "sharing")
            if let base = bytes.baseAddress, !bytes.isEmpty {
                let shared = try wrap { () throws(DeviceError) in
                    try device.backend.shareBuffer(type.dtype, count: type.elementCount, memory: base, onRelease: onRelease)
                }
                if let shared { return Tensor(DeferredValue(device, type, .stored(device.memory.adopt(shared)))) }
            }
            let copy = try Tensor(copying: UnsafeRawBufferPointer(bytes), type, on: device)
            onRelease()
            return copy
        } catch {
            onRelease()
            throw error
        }
    }

    /// Copies the elements, once they are computed, into memory of yours.
    /// - Throws: `data` for another number of bytes; as `hostArray()`.
    public func copyElements(to bytes: UnsafeMutableRawBufferPointer) throws(ComputeError) {
        try Self.require(bytes.count, type, "copyElements")
        try hostArray().withUnsafeBytes { bytes.copyMemory(from: $0) }
    }

    static func require(_ byteCount: Int, _ type: TensorType, _ operation: String) throws(ComputeError) {
        guard type.shape.checkedElementCount != nil else {
            throw .data(operation: operation, expected: "a shape of fewer than 2^31 elements", found: "\(type)")
        }
        guard byteCount == type.byteCount else {
            throw .data(operation: operation, expected: "the \(type.byteCount) bytes of \(type)", found: "\(byteCount)")
        }
    }
}
