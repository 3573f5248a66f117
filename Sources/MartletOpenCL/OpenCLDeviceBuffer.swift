import MartletBackend
import MartletCore
import Synchronization

/// Memory of an `OpenCLDevice`, counted in elements.
public final class OpenCLDeviceBuffer: Buffer {
    let device: OpenCLDevice
    /// Where its elements lie.
    public let memory: OpenCLBuffer
    /// The type of its elements.
    public let dtype: DType
    /// The number of its elements.
    public let count: Int
    /// Made when the buffer is staged for the first time.
    private let lane = Mutex<StagingLane?>(nil)

    /// Elements in memory of the device, which must hold as many bytes.
    public init(_ device: OpenCLDevice, _ memory: OpenCLBuffer, _ dtype: DType, count: Int) {
        self.device = device
        self.memory = memory
        self.dtype = dtype
        self.count = count
    }

    /// - Precondition: elements of the array have the size of the buffer's; words hold numbers and indices alike.
    public func write(_ array: HostArray, at offset: Int) throws(DeviceError) {
        require(array.type)
        try array.withUnsafeBytes { (bytes) throws(DeviceError) in
            try memory.write(bytes, at: offset * dtype.byteCount)
        }
    }

    /// - Precondition: as for `write`.
    public func read(_ type: TensorType, at offset: Int) throws(DeviceError) -> HostArray {
        require(type)
        let array = try HostArray(type: type) { (bytes) throws(DeviceError) in
            try memory.read(into: bytes, at: offset * dtype.byteCount)
        }
        device.saveNewPrograms()
        return array
    }

    /// - Precondition: as for `write`.
    public func beginRead(_ type: TensorType, at offset: Int) throws(DeviceError) -> any PendingRead {
        require(type)
        return try OpenCLPendingRead(type, memory, at: offset * dtype.byteCount)
    }

    /// Fills memory of the host, which is copied to the front of the buffer without waiting.
    /// - Throws: `DeviceError.call`.
    public func stage(count: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Void) throws(DeviceError) {
        let bytes = count * dtype.byteCount
        try lane.withLock { (lane) throws(DeviceError) -> Void in
            if lane == nil { lane = try StagingLane(memory) }
            try lane!.write(bytes, fill)
        }
    }

    /// Sets every byte.
    /// - Throws: `DeviceError.call`.
    public func fill(byte: UInt8) throws(DeviceError) { try memory.fill([byte]) }

    private func require(_ type: TensorType) {
        precondition(type.dtype.byteCount == dtype.byteCount, "'\(memory.purpose)' holds \(dtype), not \(type)")
    }
}
