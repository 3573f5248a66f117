import MartletCore
import MartletOps

/// Axes count from the end where they are negative: -1 is the innermost.
extension Graph {
    /// Axis i of the result is axis `permutation[i]` of the value; without a permutation the last two change places.
    public mutating func transpose(_ value: Value, _ permutation: [Int]? = nil) throws(ShapeError) -> Value {
        let shape = type(of: value).shape
        var order = Array(0..<shape.rank)
        if let permutation {
            order = permutation.map { $0 < 0 ? $0 + shape.rank : $0 }
        } else if shape.rank >= 2 {
            order.swapAt(shape.rank - 1, shape.rank - 2)
        }
        try require(order.sorted() == Array(0..<shape.rank), "every axis once in the permutation \(order)", value)
        if order == Array(0..<shape.rank) { return value }
        // Axes of one element can go anywhere: nothing moves where the others keep their order.
        let moved = order.filter { shape[$0] != 1 }
        if moved == moved.sorted() { return try reshape(value, Shape(order.map { shape[$0] })) }
        return try apply(Copy.transpose(shape, order), [value])[0]
    }

    /// Along each of the leading axes the elements of a range, every `steps`th of them; all along the others.
    public mutating func slice(_ value: Value, _ ranges: [Range<Int>], steps: [Int]? = nil) throws(ShapeError) -> Value {
        let shape = type(of: value).shape
        let all = ranges + shape.extents.dropFirst(ranges.count).map { 0..<$0 }
        let strides = (steps ?? []) + Array(repeating: 1, count: max(0, shape.rank - (steps?.count ?? 0)))
        try require(
            all.count == shape.rank && strides.count == shape.rank && strides.allSatisfy { $0 > 0 }
                && zip(all, shape.extents).allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= $1 },
            "a range inside each axis for the slice \(ranges) in steps of \(strides)", value)
        // A step beyond the end leaves the first element, however long it is.
        let steps = zip(strides, shape.extents).map { min($0, max(1, $1)) }
        return try apply(Copy.slice(shape, all, steps: steps), [value])[0]
    }

    /// One axis of a slice.
    public mutating func slice(_ value: Value, axis: Int, _ range: Range<Int>, step: Int = 1) throws(ShapeError) -> Value {
        let shape = type(of: value).shape
        let axis = try self.axis(axis, of: value)
        let ranges = shape.extents.indices.map { $0 == axis ? range : 0..<shape[$0] }
        return try slice(value, ranges, steps: shape.extents.indices.map { $0 == axis ? step : 1 })
    }

    /// The same elements in reverse order along axes.
    public mutating func reverse(_ value: Value, axes: [Int]) throws(ShapeError) -> Value {
        var places = Set<Int>()
        for axis in axes { places.insert(try self.axis(axis, of: value)) }
        return try apply(Copy.reverse(type(of: value).shape, axes: places), [value])[0]
    }

    /// Values one after the other along an axis.
    public mutating func concat(_ values: [Value], axis: Int = 0) throws(ShapeError) -> Value {
        guard let first = values.first else { throw ShapeError("concat", expected: "at least one value", found: []) }
        let (types, axis) = (values.map { type(of: $0) }, try self.axis(axis, of: first))
        func rest(_ shape: Shape) -> [Int] { shape.extents.indices.map { $0 == axis ? 0 : shape[$0] } }
        guard types.allSatisfy({ rest($0.shape) == rest(types[0].shape) && $0.dtype == types[0].dtype }) else {
            throw ShapeError("concat", expected: "one type, and shapes that differ along axis \(axis) alone", found: types)
        }
        return values.count == 1 ? first : try apply(Copy.concatenate(types.map(\.shape), axis: axis), values)[0]
    }

    /// A border of a constant: so many elements before and after along each axis.
    public mutating func pad(
        _ value: Value, before: [Int], after: [Int], with constant: Float = 0
    ) throws(ShapeError) -> Value {
        let shape = type(of: value).shape
        try require(
            before.count == shape.rank && after.count == shape.rank && (before + after).allSatisfy { (0..<TensorType.elementLimit).contains($0) },
            "two counts for each axis, from 0 to below 2^31, in the padding \(before) and \(after)", value)
        let padded = zip(shape.extents, zip(before, after)).map { $0 + $1.0 + $1.1 }
        try require(Shape(padded).checkedElementCount != nil, "a padding to fewer than 2^31 elements, not \(Shape(padded))", value)
        return try apply(Copy.pad(shape, before: before, after: after, value: constant), [value])[0]
    }

    /// The value repeated along axes of one element and new leading axes.
    public mutating func broadcast(_ value: Value, to shape: Shape) throws(ShapeError) -> Value {
        type(of: value).shape == shape ? value : try apply(Pointwise(.identity, shape: shape), [value])[0]
    }

    /// The place of an axis that may be counted from the end.
    func axis(_ axis: Int, of value: Value) throws(ShapeError) -> Int {
        let rank = type(of: value).shape.rank
        let place = axis < 0 ? axis + rank : axis
        try require((0..<rank).contains(place), "an axis \(axis)", value)
        return place
    }

    func require(_ condition: Bool, _ expected: String, _ value: Value) throws(ShapeError) {
        guard condition else { throw ShapeError("graph", expected: expected, found: [type(of: value)]) }
    }
}
