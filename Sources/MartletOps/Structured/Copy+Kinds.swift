import MartletCore

extension Copy {
    /// Axis i of the result is axis `permutation[i]` of the operand.
    /// - Precondition: every axis of the shape is named once.
    public static func transpose(_ shape: Shape, _ permutation: [Int]) -> Copy {
        precondition(permutation.sorted() == Array(0..<shape.rank), "\(permutation) is no permutation of the axes of \(shape)")
        let result = Shape(permutation.map { shape[$0] })
        let axes = permutation.indices.map { axis in
            Part.Axis(
                extent: result[axis], sourceStride: shape.strides[permutation[axis]], targetStride: result.strides[axis])
        }
        return Copy(result, [Part(axes: axes, source: 0, target: 0)])
    }

    /// Along each axis the elements from the first of its range, every `steps`th of them.
    /// - Precondition: one range inside the shape for each axis; steps are positive.
    public static func slice(_ shape: Shape, _ ranges: [Range<Int>], steps: [Int]? = nil) -> Copy {
        let steps = steps ?? ranges.map { _ in 1 }
        precondition(
            ranges.count == shape.rank && steps.count == shape.rank && steps.allSatisfy { $0 > 0 }
                && zip(ranges, shape.extents).allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= $1 },
            "\(ranges) in steps of \(steps) is no slice of \(shape)")
        let result = Shape(zip(ranges, steps).map { ($0.count + $1 - 1) / $1 })
        let strides = (shape.strides, result.strides)
        let axes = ranges.indices.map { axis in
            Part.Axis(extent: result[axis], sourceStride: steps[axis] * strides.0[axis], targetStride: strides.1[axis])
        }
        let first = zip(ranges, strides.0).reduce(0) { $0 + $1.0.lowerBound * $1.1 }
        return Copy(result, [Part(axes: axes, source: first, target: 0)])
    }

    /// The elements along an axis, or several, in reverse order.
    public static func reverse(_ shape: Shape, axes reversed: Set<Int>) -> Copy {
        var (axes, first) = ([Part.Axis](), 0)
        for (axis, stride) in shape.strides.enumerated() {
            let isReversed = reversed.contains(axis)
            axes.append(Part.Axis(extent: shape[axis], sourceStride: isReversed ? -stride : stride, targetStride: stride))
            if isReversed { first += max(0, shape[axis] - 1) * stride }
        }
        return Copy(shape, [Part(axes: axes, source: first, target: 0)])
    }

    /// A border of a value around the operand.
    /// - Precondition: for each axis how much comes before and after, nothing negative.
    public static func pad(_ shape: Shape, before: [Int], after: [Int], value: Float = 0) -> Copy {
        precondition(
            before.count == shape.rank && after.count == shape.rank && (before + after).allSatisfy { $0 >= 0 },
            "\(before) and \(after) are no padding of \(shape)")
        let result = Shape(shape.extents.indices.map { before[$0] + shape[$0] + after[$0] })
        return Copy(result, [box(shape, at: before, in: result)], value: value)
    }

    /// Operands one after the other along an axis.
    /// - Precondition: at least one shape; they differ along that axis alone.
    public static func concatenate(_ shapes: [Shape], axis: Int) -> Copy {
        var result = shapes[0]
        result.extents[axis] = shapes.reduce(0) { $0 + $1[axis] }
        var (parts, start) = ([Part](), 0)
        for shape in shapes {
            var origin = [Int](repeating: 0, count: shape.rank)
            origin[axis] = start
            parts.append(box(shape, at: origin, in: result))
            start += shape[axis]
        }
        return Copy(result, parts)
    }

    /// Everything but one row, which becomes 0; the operand is given twice.
    static func withoutRow(_ row: Int, of shape: Shape) -> Copy {
        let width = shape.withoutFirst.elementCount
        func rows(_ range: Range<Int>) -> Part {
            let axis = Part.Axis(extent: range.count * width, sourceStride: 1, targetStride: 1)
            return Part(axes: [axis], source: range.lowerBound * width, target: range.lowerBound * width)
        }
        return Copy(shape, [rows(0..<row), rows((row + 1)..<shape[0])])
    }

    /// The whole operand as a box of the result.
    private static func box(_ shape: Shape, at origin: [Int], in result: Shape) -> Part {
        let axes = shape.extents.indices.map { axis in
            Part.Axis(extent: shape[axis], sourceStride: shape.strides[axis], targetStride: result.strides[axis])
        }
        return Part(axes: axes, source: 0, target: zip(origin, result.strides).reduce(0) { $0 + $1.0 * $1.1 })
    }

    public static var samples: [Sample] {
        var samples: [Sample] = []
        func add(_ label: String, _ copy: Copy, _ shapes: [Shape], dtype: DType = .float32) {
            let isSmall = shapes.allSatisfy { $0.elementCount < 600 } && dtype == .float32
            samples.append(Sample(
                label, copy, shapes.map { TensorType($0, dtype) }, differentiable: isSmall ? Array(shapes.indices) : []))
        }
        let permutations: [(Shape, [Int])] = [
            ([1], [0]), ([7, 17], [1, 0]), ([129, 33], [1, 0]), ([3, 7, 17], [2, 0, 1]), ([3, 7, 17], [0, 2, 1]),
            ([2, 33, 5, 7], [0, 2, 3, 1]), ([2, 5, 7, 33], [0, 3, 1, 2]), ([17, 1, 7], [2, 1, 0]),
            ([16, 16], [1, 0]), ([3, 33, 64], [0, 2, 1]), ([17, 3, 31], [2, 1, 0]),
        ]
        for (shape, permutation) in permutations {
            add("transpose \(shape) by \(permutation)", transpose(shape, permutation), [shape])
        }
        add("transpose integers", transpose([7, 33], [1, 0]), [[7, 33]], dtype: .int32)
        add("slice of 17", slice([17], [3..<11]), [[17]])
        add("slice of 7x33", slice([7, 33], [2..<5, 16..<33]), [[7, 33]])
        add("every third of 129x7", slice([129, 7], [1..<129, 0..<7], steps: [3, 2]), [[129, 7]])
        add("nothing of 7x3", slice([7, 3], [2..<2, 0..<3]), [[7, 3]])
        add("reverse 7x17", reverse([7, 17], axes: [1]), [[7, 17]])
        add("reverse 3x5x7", reverse([3, 5, 7], axes: [0, 2]), [[3, 5, 7]])
        add("pad 1", pad([1], before: [2], after: [0]), [[1]])
        add("pad 7x17 with -1.5", pad([7, 17], before: [1, 16], after: [0, 33], value: -1.5), [[7, 17]])
        add("pad 2x5x5x3", pad([2, 5, 5, 3], before: [0, 1, 2, 0], after: [0, 1, 0, 0]), [[2, 5, 5, 3]])
        add("pad 129x129", pad([129, 129], before: [1, 1], after: [1, 1]), [[129, 129]])
        let joined: [(String, [Shape], Int)] = [
            ("rows", [[7, 17], [1, 17], [33, 17]], 0), ("columns", [[7, 17], [7, 1], [7, 33]], 1),
            ("the middle", [[3, 7, 5], [3, 1, 5]], 1), ("one", [[129]], 0),
        ]
        for (label, shapes, axis) in joined { add("concatenate \(label)", concatenate(shapes, axis: axis), shapes) }
        return samples
    }
}
