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

extension HostArray {
    /// A copy of an array of the caller.
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
        let type = TensorType(Shape(extents), dtype)
        guard let count = type.shape.checkedElementCount else {
            throw CallError.expected(
                "extents of at least 0 and fewer than 2^31 elements", found: "\(type.shape)", of: "\(what): shape")
        }
        let size = count * dtype.byteCount
        guard array.bytes == size else {
            throw CallError.expected("\(size), for \(type)", found: "\(UInt(bitPattern: array.bytes))", of: "\(what): bytes")
        }
        let data = array.data
        if size > 0 { _ = try required(data, "\(what): data") }
        self.init(type: type) { target in
            if let data, size > 0 { target.copyMemory(from: UnsafeRawBufferPointer(start: data, count: size)) }
        }
    }

    private static var rankLimit: Int { 64 }
}
