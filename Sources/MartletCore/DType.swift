/// The element types a tensor can have.
public enum DType: String, Hashable, Sendable, CaseIterable, Codable {
    /// IEEE single precision.
    case float32
    /// 32-bit integers with a sign, such as labels and indices.
    case int32
    /// Bytes from 0 to 255, such as pixels.
    case uint8

    /// Size of one element in bytes.
    public var byteCount: Int {
        switch self {
        case .float32, .int32: 4
        case .uint8: 1
        }
    }
}
