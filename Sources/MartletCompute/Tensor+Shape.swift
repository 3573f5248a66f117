import MartletCore
import MartletGraph
import MartletOps

// Axes count from the end where they are negative: -1 is the innermost. Reshaping moves nothing.
extension Tensor {
    /// The same elements, in row-major order, under another shape; nothing moves.
    public func reshape(_ shape: Shape) throws(ComputeError) -> Tensor {
        try record { (g, x) throws(ShapeError) in try g.reshape(x[0], shape) }
    }

    /// A vector of all elements.
    public func flattened() throws(ComputeError) -> Tensor { try reshape([elementCount]) }

    /// Axis i of the result is axis `permutation[i]`; without a permutation the last two change places.
    public func transpose(_ permutation: [Int]? = nil) throws(ComputeError) -> Tensor {
        try record { (g, x) throws(ShapeError) in try g.transpose(x[0], permutation) }
    }

    /// Along each of the leading axes the elements of a range, every `steps`th of them; all along the others.
    public func slice(_ ranges: [Range<Int>], steps: [Int]? = nil) throws(ComputeError) -> Tensor {
        try record { (g, x) throws(ShapeError) in try g.slice(x[0], ranges, steps: steps) }
    }

    /// One axis of a slice.
    public func slice(axis: Int, _ range: Range<Int>, step: Int = 1) throws(ComputeError) -> Tensor {
        try record { (g, x) throws(ShapeError) in try g.slice(x[0], axis: axis, range, step: step) }
    }

    /// `try x[0..<2, 3..<5]`: as `slice`.
    public subscript(ranges: Range<Int>...) -> Tensor {
        get throws(ComputeError) { try slice(ranges) }
    }

    /// The same elements in reverse order along axes.
    public func reverse(axes: [Int]) throws(ComputeError) -> Tensor {
        try record { (g, x) throws(ShapeError) in try g.reverse(x[0], axes: axes) }
    }

    /// A border of a constant: so many elements before and after along each axis.
    public func pad(before: [Int], after: [Int], with constant: Float = 0) throws(ComputeError) -> Tensor {
        try record { (g, x) throws(ShapeError) in try g.pad(x[0], before: before, after: after, with: constant) }
    }

    /// Repeated along axes of one element and new leading axes.
    public func broadcast(to shape: Shape) throws(ComputeError) -> Tensor {
        try record { (g, x) throws(ShapeError) in try g.broadcast(x[0], to: shape) }
    }

    /// Tensors one after the other along an axis.
    /// - Throws: also `data` for no tensors.
    public static func concat(_ tensors: [Tensor], axis: Int = 0) throws(ComputeError) -> Tensor {
        try record(tensors) { (g, x) throws(ShapeError) in [try g.concat(x, axis: axis)] }[0]
    }

    /// Tensors of one shape along a new axis.
    /// - Throws: as `concat`.
    public static func stack(_ tensors: [Tensor], axis: Int = 0) throws(ComputeError) -> Tensor {
        guard let first = tensors.first else {
            throw .data(operation: "stack", expected: "at least one tensor", found: "none")
        }
        let place = axis < 0 ? axis + first.rank + 1 : axis
        guard (0...first.rank).contains(place), tensors.allSatisfy({ $0.type == first.type }) else {
            throw .shape(ShapeError(
                "stack", expected: "tensors of one type and a new axis \(axis) within it", found: tensors.map(\.type)))
        }
        return try record(tensors) { (g, x) throws(ShapeError) in
            var shape = first.shape
            shape.extents.insert(1, at: place)
            var parts: [Value] = []
            for value in x { parts.append(try g.reshape(value, shape)) }
            return [try g.concat(parts, axis: place)]
        }[0]
    }
}
