import MartletCore

/// How operands are read when they are broadcast to a common shape: extents with neighbouring axes merged where every
/// operand allows it, and for each operand its stride in elements along each of them (0 where it is repeated).
public struct Broadcast: Hashable, Sendable {
    /// Of the merged axes, outermost first; [1] where there is one element.
    public let extents: [Int]
    /// One list per operand: elements from one place of an axis to the next, 0 where it is repeated.
    public let strides: [[Int]]

    /// - Precondition: every operand broadcasts to `shape`.
    public init(_ operands: [Shape], to shape: Shape) {
        var extents: [Int] = []
        var strides = [[Int]](repeating: [], count: operands.count)
        let full = operands.map { operand in
            let missing = shape.rank - operand.rank
            return (0..<shape.rank).map { axis in
                axis < missing || operand[axis - missing] == 1 ? 0 : operand.strides[axis - missing]
            }
        }
        for axis in 0..<shape.rank where shape[axis] != 1 {
            // An axis merges into the one before it when stepping along that one equals running through this one.
            let merges = !extents.isEmpty
                && operands.indices.allSatisfy { strides[$0].last == full[$0][axis] * shape[axis] }
            if merges {
                extents[extents.count - 1] *= shape[axis]
                for operand in operands.indices { strides[operand][extents.count - 1] = full[operand][axis] }
            } else {
                extents.append(shape[axis])
                for operand in operands.indices { strides[operand].append(full[operand][axis]) }
            }
        }
        if extents.isEmpty {
            extents = [1]
            strides = strides.map { _ in [1] }
        }
        self.extents = extents
        self.strides = strides
    }

    /// Of the common shape.
    public var elementCount: Int { extents.reduce(1, *) }

    /// The element of an operand that belongs to a row-major index of the common shape.
    public func offset(of operand: Int, at index: Int) -> Int {
        var (rest, offset) = (index, 0)
        for axis in extents.indices.reversed() {
            offset += rest % extents[axis] * strides[operand][axis]
            rest /= extents[axis]
        }
        return offset
    }

    /// The shape to which all operands broadcast (axes aligned at the end; 1 stretches), or nil.
    public static func common(_ shapes: [Shape]) -> Shape? {
        var result: [Int] = []
        for distance in 1...max(1, shapes.map(\.rank).max() ?? 1) {
            let extents = shapes.filter { $0.rank >= distance }.map { $0[$0.rank - distance] }
            guard !extents.isEmpty else { break }
            let stretched = extents.first { $0 != 1 } ?? 1
            guard extents.allSatisfy({ $0 == 1 || $0 == stretched }) else { return nil }
            result.insert(stretched, at: 0)
        }
        return Shape(result)
    }
}
