import CMartlet
import Martlet

extension DType {
    init(_ dtype: martlet_dtype, _ what: String) throws(CallError) {
        switch dtype {
        case MARTLET_FLOAT32: self = .float32
        case MARTLET_INT32: self = .int32
        case MARTLET_UINT8: self = .uint8
        default:
            throw .expected(
                "MARTLET_FLOAT32 (0), MARTLET_INT32 (1) or MARTLET_UINT8 (2)", found: "\(dtype.rawValue)", of: "\(what): dtype")
        }
    }

    var c: martlet_dtype {
        switch self {
        case .float32: MARTLET_FLOAT32
        case .int32: MARTLET_INT32
        case .uint8: MARTLET_UINT8
        }
    }
}

/// An array of the caller that was looked at: its type, and memory of just that size.
struct CallerArray {
    let type: TensorType
    let bytes: UnsafeRawBufferPointer

    /// - Parameter what: what messages call it.
    init(_ array: UnsafePointer<martlet_array>?, _ what: String) throws {
        let array = try required(array, what).pointee
        let dtype = try DType(array.dtype, what)
        // `size_t` is imported as a signed number.
        guard (0...Self.rankLimit).contains(array.rank) else {
            throw CallError.expected("at most \(Self.rankLimit) axes", found: "\(UInt(bitPattern: array.rank))", of: "\(what): rank")
        }
        var extents: [Int] = []
        if array.rank > 0 {
            let shape = try required(array.shape, "\(what): shape")
            extents = (0..<array.rank).map { Int(shape[$0]) }
        }
        type = TensorType(Shape(extents), dtype)
        guard let count = type.shape.checkedElementCount else {
            throw CallError.expected(
                "extents of at least 0 and fewer than 2^31 elements", found: "\(type.shape)", of: "\(what): shape")
        }
        let size = count * dtype.byteCount
        guard array.bytes == size else {
            throw CallError.expected("\(size), for \(type)", found: "\(UInt(bitPattern: array.bytes))", of: "\(what): bytes")
        }
        if size > 0 { _ = try required(array.data, "\(what): data") }
        bytes = UnsafeRawBufferPointer(start: size > 0 ? array.data : nil, count: size)
    }

    private static var rankLimit: Int { 64 }
}

extension HostArray {
    /// A copy of an array of the caller.
    init(_ array: UnsafePointer<martlet_array>?, _ what: String) throws {
        let source = try CallerArray(array, what)
        self.init(type: source.type) { if !source.bytes.isEmpty { $0.copyMemory(from: source.bytes) } }
    }
}
