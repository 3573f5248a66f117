import MartletCore

extension SafeTensors {
    /// The element types that are read, by their names in the file.
    enum StoredType: String, CaseIterable {
        case float32 = "F32"
        case float64 = "F64"
        case float16 = "F16"
        case bfloat16 = "BF16"
        case int32 = "I32"
        case int64 = "I64"
        case uint8 = "U8"
        case bool = "BOOL"

        /// The type as which an array is written.
        init(_ dtype: DType) {
            self =
                switch dtype {
                case .float32: .float32
                case .int32: .int32
                case .uint8: .uint8
                }
        }

        var byteCount: Int {
            switch self {
            case .float64, .int64: 8
            case .float32, .int32: 4
            case .float16, .bfloat16: 2
            case .uint8, .bool: 1
            }
        }

        /// The elements as an array, and as doubles where float32 does not hold them all.
        /// - Precondition: the data fill the shape.
        func decode(
            _ data: ArraySlice<UInt8>, _ shape: Shape, name: String, path: String
        ) throws(FormatError) -> (HostArray, [Double]?) {
            switch self {
            case .float32: return (HostArray(shape, elements(data, UInt32.self).map { Float(bitPattern: $0) }), nil)
            case .bfloat16:
                return (HostArray(shape, elements(data, UInt16.self).map { Float(bitPattern: UInt32($0) << 16) }), nil)
            case .float16: return (HostArray(shape, elements(data, UInt16.self).map(widened)), nil)
            case .int32: return (HostArray(shape, elements(data, Int32.self)), nil)
            case .uint8, .bool: return (HostArray(shape, Array(data)), nil)
            case .float64:
                let values = elements(data, UInt64.self).map { Double(bitPattern: $0) }
                return (HostArray(shape, values.map { Float($0) }), values)
            case .int64:
                let values = elements(data, Int64.self)
                if let index = values.firstIndex(where: { Int32(exactly: $0) == nil }) {
                    throw .badTensor(
                        path: path, name: name,
                        problem: "expected integers of 32 bits, found \(values[index]) at element \(index)")
                }
                return (HostArray(shape, values.map { Int32(truncatingIfNeeded: $0) }), nil)
            }
        }
    }
}

/// Little-endian integers from bytes at any alignment.
private func elements<T: FixedWidthInteger & BitwiseCopyable>(_ data: ArraySlice<UInt8>, _: T.Type) -> [T] {
    let size = MemoryLayout<T>.size
    return data.withUnsafeBytes { raw in
        (0..<raw.count / size).map { T(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * size, as: T.self)) }
    }
}

/// The float32 of an IEEE half. Not every platform has the type `Float16`.
private func widened(_ half: UInt16) -> Float {
    let sign: Float = half >> 15 == 0 ? 1 : -1
    let exponent = Int(half >> 10 & 0x1f)
    let fraction = Float(half & 0x3ff)
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default: return sign * Float(sign: .plus, exponent: exponent - 25, significand: 1024 + fraction)
    }
}
