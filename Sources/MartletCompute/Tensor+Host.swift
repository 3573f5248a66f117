import MartletBackend
import MartletCore

extension Tensor {
    /// A copy of an array on a device.
    /// - Throws: `ComputeError.device`, `closed`.
    public convenience init(_ array: HostArray, on device: ComputeDevice) throws(ComputeError) {
        try device.requireOpen()
        self.init(DeferredValue(device, array.type, .stored(try device.upload(array))))
    }

    /// Numbers in row-major order; without a shape a vector.
    /// - Throws: `data` where they do not fill the shape; `device`, `closed`.
    public convenience init(_ values: [Float], shape: Shape? = nil, on device: ComputeDevice) throws(ComputeError) {
        try self.init(HostArray(try Self.filled(shape, values.count), values), on: device)
    }

    /// Integers, such as labels and row numbers.
    public convenience init(integers values: [Int32], shape: Shape? = nil, on device: ComputeDevice) throws(ComputeError) {
        try self.init(HostArray(try Self.filled(shape, values.count), values), on: device)
    }

    /// Bytes, such as images; `gather` and `embedding` read them as numbers.
    public convenience init(bytes values: [UInt8], shape: Shape? = nil, on device: ComputeDevice) throws(ComputeError) {
        try self.init(HostArray(try Self.filled(shape, values.count), values), on: device)
    }

    /// A number without axes.
    public convenience init(_ value: Float, on device: ComputeDevice) throws(ComputeError) {
        try device.requireOpen()
        self.init(DeferredValue(device, TensorType([]), .constant(value)))
    }

    private static func filled(_ shape: Shape?, _ count: Int) throws(ComputeError) -> Shape {
        let shape = shape ?? [count]
        guard shape.checkedElementCount == count else {
            throw .data(operation: "Tensor", expected: "as many elements as the shape \(shape) has", found: "\(count)")
        }
        return shape
    }

    /// The elements in row-major order, once they are computed.
    /// - Throws: `ComputeError.device`, `closed`, `traced`.
    public func hostArray() throws(ComputeError) -> HostArray {
        let storage = try storage(operation: "hostArray")
        guard let buffer = storage.buffer else { throw .closed(device: device.name) }
        if elementCount == 0 { return HostArray(zeros: type) }
        return try wrap { () throws(DeviceError) in try buffer.read(type, at: 0) }
    }

    /// The elements of a float32 tensor.
    /// - Throws: `data` where it has another type; as `hostArray()`.
    public func floats() throws(ComputeError) -> [Float] {
        guard case .float32(let values) = try elements(.float32, "floats") else { preconditionFailure("checked") }
        return values
    }

    /// The elements of an int32 tensor.
    public func integers() throws(ComputeError) -> [Int32] {
        guard case .int32(let values) = try elements(.int32, "integers") else { preconditionFailure("checked") }
        return values
    }

    /// The elements of a uint8 tensor.
    public func bytes() throws(ComputeError) -> [UInt8] {
        guard case .uint8(let values) = try elements(.uint8, "bytes") else { preconditionFailure("checked") }
        return values
    }

    private func elements(_ dtype: DType, _ operation: String) throws(ComputeError) -> HostArray.Elements {
        guard self.dtype == dtype else {
            throw .data(operation: operation, expected: "a tensor of \(dtype)", found: "\(self.dtype)")
        }
        return try hostArray().elements
    }

    /// The only element of a float32 tensor.
    /// - Throws: `data` where there are more or none; as `hostArray()`.
    public func item() throws(ComputeError) -> Float {
        guard elementCount == 1 else {
            throw .data(operation: "item", expected: "a tensor of one element", found: "\(type)")
        }
        return try floats()[0]
    }

    /// One element of a float32 tensor, by its place along each axis (from the end where it is negative).
    /// - Throws: `data` for a place that there is not; as `hostArray()`.
    public func item(at place: Int...) throws(ComputeError) -> Float {
        let places = zip(place, shape.extents).map { $0 < 0 ? $0 + $1 : $0 }
        guard dtype == .float32, place.count == rank, zip(places, shape.extents).allSatisfy({ (0..<$1).contains($0) }) else {
            throw .data(operation: "item", expected: "a place in a tensor of \(type)", found: "\(place)")
        }
        let offset = zip(places, shape.strides).reduce(0) { $0 + $1.0 * $1.1 }
        guard let buffer = try storage(operation: "item").buffer else { throw .closed(device: device.name) }
        return try wrap { () throws(DeviceError) in try buffer.read(TensorType([]), at: offset) }.floats[0]
    }

    /// The memory of the value, which is computed if it has to be.
    func storage(operation: String) throws(ComputeError) -> Storage {
        try device.evaluate([value], operation: operation)
        return try device.knownStorage(value)
    }

    /// A copy on another device.
    public func copy(to device: ComputeDevice) throws(ComputeError) -> Tensor {
        try Tensor(try hostArray(), on: device)
    }
}

extension ComputeDevice {
    func knownStorage(_ value: DeferredValue) throws(ComputeError) -> Storage {
        try lock.withLock { (_) throws(ComputeError) in try storage(value) }
    }
}
