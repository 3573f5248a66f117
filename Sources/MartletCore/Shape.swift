/// The extents of a tensor, outermost first; a scalar has none.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
    /// The number of places along each axis, outermost first.
    public var extents: [Int]

    /// Extents that are known to be right; those from outside are checked with `checkedElementCount`.
    public init(_ extents: [Int]) { self.extents = extents }
    public init(arrayLiteral elements: Int...) { extents = elements }

    /// No axes: one element.
    public static let scalar = Shape([])

    /// The number of axes.
    public var rank: Int { extents.count }
    /// The product of the extents: 1 for a scalar, 0 where an extent is 0.
    public var elementCount: Int { extents.reduce(1, *) }
    /// The extent of an axis, counted from 0.
    /// - Precondition: there is such an axis.
    public subscript(axis: Int) -> Int { extents[axis] }

    /// The number of elements of a shape that comes from outside, or nil where no tensor can have it: an extent is
    /// negative, or the extents other than 0 multiply to `TensorType.elementLimit` or more.
    public var checkedElementCount: Int? {
        var product = 1
        for extent in extents {
            let (next, overflow) = product.multipliedReportingOverflow(by: max(extent, 1))
            guard extent >= 0, !overflow, next < TensorType.elementLimit else { return nil }
            product = next
        }
        return extents.contains(0) ? 0 : product
    }

    /// The innermost extent, or 1 for a scalar.
    public var last: Int { extents.last ?? 1 }
    /// The shape without its outermost axis.
    public var withoutFirst: Shape { Shape(Array(extents.dropFirst())) }
    /// The same shape under a new outermost axis.
    public func prepending(_ extent: Int) -> Shape { Shape([extent] + extents) }

    /// Row-major strides in elements.
    public var strides: [Int] {
        var result = [Int](repeating: 1, count: rank)
        for axis in stride(from: rank - 2, through: 0, by: -1) {
            result[axis] = result[axis + 1] * extents[axis + 1]
        }
        return result
    }

    /// `64x10`; `scalar` for no axes.
    public var description: String {
        extents.isEmpty ? "scalar" : extents.map(String.init).joined(separator: "x")
    }
}
