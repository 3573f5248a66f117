import MartletBackend
import MartletCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Host memory, aligned for vectors.
///
/// It is `@unchecked Sendable` because the contract orders the calls: whoever shares a buffer between threads orders them.
final class CPUBuffer: Buffer, @unchecked Sendable {
    let dtype: DType
    let count: Int
    private let memory: AlignedMemory
    private var byteCount: Int { count * dtype.byteCount }

    /// Zeroed memory.
    init(_ dtype: DType, count: Int, purpose: String) throws(DeviceError) {
        self.dtype = dtype
        self.count = count
        memory = try AlignedMemory(count: count, stride: dtype.byteCount, purpose: purpose)
    }

    init(_ dtype: DType, count: Int, sharing memory: AlignedMemory) {
        self.dtype = dtype
        self.count = count
        self.memory = memory
    }

    /// The first byte; it stays where it is.
    var bytes: UnsafeMutableRawPointer { memory.bytes }

    /// Words may be written as numbers or as integers, too.
    func write(_ array: HostArray, at offset: Int) {
        precondition(
            array.dtype.byteCount == dtype.byteCount && offset >= 0 && offset + array.count <= count,
            "the array does not fit the buffer")
        array.withUnsafeBytes { source in
            if let base = source.baseAddress { memcpy(bytes + offset * dtype.byteCount, base, source.count) }
        }
    }

    /// Words may be read as numbers or as integers: a region holds either.
    func read(_ type: TensorType, at offset: Int) -> HostArray {
        precondition(
            type.dtype.byteCount == dtype.byteCount && offset >= 0 && offset + type.elementCount <= count,
            "the buffer has no such range")
        return HostArray(type: type) { target in
            if let base = target.baseAddress { memcpy(base, bytes + offset * dtype.byteCount, target.count) }
        }
    }

    func stage(count: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Void) {
        precondition(count <= self.count, "\(count) elements do not fit the buffer")
        fill(UnsafeMutableRawBufferPointer(start: bytes, count: count * dtype.byteCount))
    }

    func fill(byte: UInt8) { memset(bytes, Int32(byte), byteCount) }
}
