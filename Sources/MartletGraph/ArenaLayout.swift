import MartletCore

/// Tensors one after the other in one piece of memory, each aligned so that vectors and transactions start with it.
public struct ArenaLayout: Hashable, Sendable {
    /// In elements: 256 bytes, which no device's buffer alignment exceeds in practice.
    public static let alignment = 64

    /// Where each tensor begins, in elements.
    public let offsets: [Int]
    /// Elements of each tensor, without padding.
    public let counts: [Int]
    /// Elements in all, padding included.
    public let total: Int

    /// Lays tensors out in the given order.
    public init(_ types: [TensorType]) {
        var offsets: [Int] = []
        var end = 0
        for type in types {
            offsets.append(end)
            end += Self.aligned(type.elementCount)
        }
        self.offsets = offsets
        counts = types.map(\.elementCount)
        total = end
    }

    /// The next multiple of the alignment, in elements.
    public static func aligned(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }

    /// The tensor in which an element lies, and its place there; nil for padding.
    public func locate(_ element: Int) -> (tensor: Int, index: Int)? {
        guard let tensor = offsets.lastIndex(where: { $0 <= element }), element - offsets[tensor] < counts[tensor] else {
            return nil
        }
        return (tensor, element - offsets[tensor])
    }
}
