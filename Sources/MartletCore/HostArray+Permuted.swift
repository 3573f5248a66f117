extension HostArray {
    /// The same elements with their axes in another order: axis i of the result is axis `axes[i]`.
    /// - Precondition: every axis once.
    public func permuted(_ axes: [Int]) -> HostArray {
        precondition(axes.sorted() == Array(0..<shape.rank), "\(axes) does not have every axis of \(shape) once")
        let turned = Shape(axes.map { shape[$0] })
        let strides = axes.map { shape.strides[$0] }
        switch elements {
        case .float32(let values): return HostArray(turned, gathered(values, turned, strides))
        case .int32(let values): return HostArray(turned, gathered(values, turned, strides))
        case .uint8(let values): return HostArray(turned, gathered(values, turned, strides))
        }
    }
}

/// The elements of a shape in row-major order from places with other strides.
private func gathered<T>(_ values: [T], _ shape: Shape, _ strides: [Int]) -> [T] {
    guard !values.isEmpty else { return [] }
    var result: [T] = []
    result.reserveCapacity(values.count)
    var place = [Int](repeating: 0, count: shape.rank)
    var source = 0
    while result.count < values.count {
        result.append(values[source])
        var axis = shape.rank - 1
        while axis >= 0 {
            place[axis] += 1
            source += strides[axis]
            if place[axis] < shape[axis] { break }
            source -= place[axis] * strides[axis]
            place[axis] = 0
            axis -= 1
        }
    }
    return result
}
