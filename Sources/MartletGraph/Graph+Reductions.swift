import MartletCore
import MartletOps

extension Graph {
    /// Reduces over neighbouring axes; all of them where none are named.
    public mutating func reduce(_ kind: Reduce.Kind, _ value: Value, axes: Range<Int>? = nil) throws(ShapeError) -> Value {
        let rank = type(of: value).shape.rank
        // A scalar is its own sum, mean and extremum.
        if rank == 0 { return value }
        return try apply(Reduce(kind, axes: axes ?? 0..<rank), [value])[0]
    }

    /// Reduces over any axes, counted from the end where they are negative; reduced axes stay with one element if
    /// `keepsAxes`.
    ///
    /// Neighbouring axes are reduced together, the innermost first; a mean of several such is their sum, divided by the
    /// count of all once.
    public mutating func reduce(
        _ kind: Reduce.Kind, _ value: Value, axes: [Int], keepsAxes: Bool = false
    ) throws(ShapeError) -> Value {
        let shape = type(of: value).shape
        var reduced = Set<Int>()
        for axis in axes { reduced.insert(try self.axis(axis, of: value)) }
        let groups = Self.neighbours(reduced)
        var result = value
        for group in groups.reversed() {
            let isPartial = kind == .mean && groups.count > 1
            result = try apply(Reduce(isPartial ? .sum : kind, axes: group), [result])[0]
        }
        if kind == .mean, groups.count > 1 {
            let count = Float(reduced.reduce(1) { $0 * shape[$1] })
            result = try pointwise([result]) { e in e.apply(.divide, e.operand(0), e.constant(count)) }
        }
        guard keepsAxes else { return result }
        return try reshape(result, Shape(shape.extents.enumerated().map { reduced.contains($0) ? 1 : $1 }))
    }

    /// Axes as ranges, outermost first.
    private static func neighbours(_ axes: Set<Int>) -> [Range<Int>] {
        var groups: [Range<Int>] = []
        for axis in axes.sorted() {
            if let last = groups.last, last.upperBound == axis {
                groups[groups.count - 1] = last.lowerBound..<(axis + 1)
            } else {
                groups.append(axis..<(axis + 1))
            }
        }
        return groups
    }

    /// Where along an axis the first maximum stands, or the first NaN; int32.
    public mutating func argmax(_ value: Value, axis: Int = -1, keepsAxis: Bool = false) throws(ShapeError) -> Value {
        let shape = type(of: value).shape
        let axis = try self.axis(axis, of: value)
        let order = shape.extents.indices.filter { $0 != axis } + [axis]
        let result = try apply(ArgMax(), [try transpose(value, order)])[0]
        return try keepsAxis ? reshape(result, Shape(shape.extents.enumerated().map { $0 == axis ? 1 : $1 })) : result
    }
}

extension Graph {
    /// exp(x) over its sum along an axis.
    public mutating func softmax(_ value: Value, axis: Int = -1) throws(ShapeError) -> Value {
        try apply(Softmax(axis: try self.axis(axis, of: value)), [value])[0]
    }

    /// The logarithm of `softmax`, exact where that underflows.
    public mutating func logSoftmax(_ value: Value, axis: Int = -1) throws(ShapeError) -> Value {
        try apply(Softmax(axis: try self.axis(axis, of: value), isLogarithm: true), [value])[0]
    }
}
