/// What is known of a tensor before it has a value: shape and element type.
public struct TensorType: Hashable, Sendable, CustomStringConvertible {
    /// Outermost axis first.
    public var shape: Shape
    /// The type of the elements.
    public var dtype: DType

    /// A shape of float32, or of other elements.
    public init(_ shape: Shape, _ dtype: DType = .float32) {
        self.shape = shape
        self.dtype = dtype
    }

    /// The product of the extents.
    public var elementCount: Int { shape.elementCount }
    /// What the elements take without padding.
    public var byteCount: Int { elementCount * dtype.byteCount }
    public var description: String { dtype == .float32 ? "\(shape)" : "\(shape) \(dtype.rawValue)" }

    /// Index arithmetic inside a tensor is 32-bit, so a tensor holds fewer than 2^31 elements.
    public static let elementLimit = 1 << 31
}
