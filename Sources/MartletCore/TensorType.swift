/// What is known of a tensor before it has a value: shape and element type.
public struct TensorType: Hashable, Sendable, CustomStringConvertible {
    public var shape: Shape
    public var dtype: DType

    public init(_ shape: Shape, _ dtype: DType = .float32) {
        self.shape = shape
        self.dtype = dtype
    }

    public var elementCount: Int { shape.elementCount }
    public var byteCount: Int { elementCount * dtype.byteCount }
    public var description: String { dtype == .float32 ? "\(shape)" : "\(shape) \(dtype.rawValue)" }

    /// Index arithmetic inside a tensor is 32-bit, so a tensor holds fewer than 2^31 elements.
    public static let elementLimit = 1 << 31
}
