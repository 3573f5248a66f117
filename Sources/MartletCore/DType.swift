/// The element types a tensor can have.
public enum DType: String, Hashable, Sendable, CaseIterable, Codable {
    case float32, int32, uint8

    /// Size of one element in bytes.
    public var byteCount: Int {
        switch self {
        case .float32, .int32: 4
        case .uint8: 1
        }
    }
}
