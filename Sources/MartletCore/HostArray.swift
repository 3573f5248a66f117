/// A dense row-major array in host memory: the currency between files, data sets and devices.
public struct HostArray: Hashable, Sendable {
    /// The elements in row-major order, by their type.
    public enum Elements: Hashable, Sendable {
        /// IEEE single precision.
        case float32([Float])
        /// Integers with a sign, such as labels and indices.
        case int32([Int32])
        /// Bytes, such as pixels.
        case uint8([UInt8])
    }

    /// Outermost axis first.
    public let shape: Shape
    /// Row by row. An assignment must keep their number.
    public var elements: Elements

    /// - Precondition: the number of elements is that of the shape.
    public init(_ shape: Shape, _ elements: Elements) {
        self.shape = shape
        self.elements = elements
        precondition(count == shape.elementCount, "\(count) elements do not fill the shape \(shape)")
    }
    /// - Precondition: the number of values is that of the shape.
    public init(_ shape: Shape, _ values: [Float]) { self.init(shape, .float32(values)) }
    /// - Precondition: the number of values is that of the shape.
    public init(_ shape: Shape, _ values: [Int32]) { self.init(shape, .int32(values)) }
    /// - Precondition: the number of values is that of the shape.
    public init(_ shape: Shape, _ values: [UInt8]) { self.init(shape, .uint8(values)) }

    /// Zeros of a type, as many as its shape has elements.
    public init(zeros type: TensorType) {
        switch type.dtype {
        case .float32: self.init(type.shape, [Float](repeating: 0, count: type.elementCount))
        case .int32: self.init(type.shape, [Int32](repeating: 0, count: type.elementCount))
        case .uint8: self.init(type.shape, [UInt8](repeating: 0, count: type.elementCount))
        }
    }

    /// Shape and element type.
    public var type: TensorType { TensorType(shape, dtype) }
    /// The type of the elements.
    public var dtype: DType {
        switch elements {
        case .float32: .float32
        case .int32: .int32
        case .uint8: .uint8
        }
    }
    /// The number of elements.
    public var count: Int {
        switch elements {
        case .float32(let values): values.count
        case .int32(let values): values.count
        case .uint8(let values): values.count
        }
    }

    /// The elements as float32, converted where they are of another type.
    public var floats: [Float] {
        switch elements {
        case .float32(let values): values
        case .int32(let values): values.map(Float.init)
        case .uint8(let values): values.map(Float.init)
        }
    }
    /// The elements as int32; empty unless that is their type or they are bytes.
    public var integers: [Int32] {
        switch elements {
        case .float32: []
        case .int32(let values): values
        case .uint8(let values): values.map(Int32.init)
        }
    }

    /// Gives the elements as they lie in memory, row-major and without gaps, for the time of the call.
    public func withUnsafeBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        switch elements {
        case .float32(let values): try withBytes(of: values, body)
        case .int32(let values): try withBytes(of: values, body)
        case .uint8(let values): try withBytes(of: values, body)
        }
    }

    /// Reads an array of a known type from memory; `fill` writes its bytes.
    public init<E: Error>(
        type: TensorType, filledBy fill: (UnsafeMutableRawBufferPointer) throws(E) -> Void
    ) throws(E) {
        shape = type.shape
        switch type.dtype {
        case .float32: elements = .float32(try filled(type.elementCount, 0, fill))
        case .int32: elements = .int32(try filled(type.elementCount, 0, fill))
        case .uint8: elements = .uint8(try filled(type.elementCount, 0, fill))
        }
    }

    /// The same elements under another shape.
    /// - Precondition: it has as many elements.
    public func reshaped(_ newShape: Shape) -> HostArray { HostArray(newShape, elements) }

    /// The given rows (along the outermost axis), in that order.
    public func rows(_ indices: [Int]) -> HostArray {
        let width = shape.withoutFirst.elementCount
        let picked = shape.withoutFirst.prepending(indices.count)
        func pick<T>(_ values: [T]) -> [T] {
            var result: [T] = []
            result.reserveCapacity(indices.count * width)
            for index in indices { result += values[index * width ..< (index + 1) * width] }
            return result
        }
        switch elements {
        case .float32(let values): return HostArray(picked, pick(values))
        case .int32(let values): return HostArray(picked, pick(values))
        case .uint8(let values): return HostArray(picked, pick(values))
        }
    }
}

private func withBytes<T, R, E: Error>(
    of values: [T], _ body: (UnsafeRawBufferPointer) throws(E) -> R
) throws(E) -> R {
    try values.withUnsafeBufferPointer { (pointer) throws(E) -> R in try body(UnsafeRawBufferPointer(pointer)) }
}

private func filled<T, E: Error>(
    _ count: Int, _ zero: T, _ fill: (UnsafeMutableRawBufferPointer) throws(E) -> Void
) throws(E) -> [T] {
    var values = [T](repeating: zero, count: count)
    try values.withUnsafeMutableBufferPointer { (pointer) throws(E) in
        try fill(UnsafeMutableRawBufferPointer(pointer))
    }
    return values
}
