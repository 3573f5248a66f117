import MartletCore
import MartletGraph
import MartletOps

/// Bins of a histogram.
let histogramBins = 24
/// A histogram counts whole samples up to about so many values: more would change its picture little, and cost time.
private let histogramValues = 1 << 13

/// Where a graph leaves what is known of a tensor: [mean, variance, least, greatest], and how many values lie above each
/// inner edge of the histogram.
struct DistributionOutputs {
    let moments: Int
    let above: Int
    /// Values that the histogram counts.
    let counted: Int
}

/// Outputs of a graph, numbered as they are left.
struct OutputCounter {
    private(set) var count = 0

    mutating func leave(_ value: Value, in graph: inout Graph) throws(ShapeError) -> Int {
        try graph.leave(value, at: .output(count))
        count += 1
        return count - 1
    }
}

extension Graph {
    /// Leaves the distribution of a tensor. Numeric order: that of `Reduce`; the variance is two-pass.
    ///
    /// - Parameter fractions: places of the inner edges between the least (0) and the greatest value (1).
    mutating func leaveDistribution(
        of value: Value, fractions: Value, _ outputs: inout OutputCounter
    ) throws(ShapeError) -> DistributionOutputs {
        let shape = type(of: value).shape
        let flat = try reshape(value, [shape.elementCount])
        let mean = try reduce(.mean, flat)
        let squared = Expression { e in e.apply(.square, e.apply(.subtract, e.operand(0), e.operand(1))) }
        let variance = try apply(Reduce(.mean, axes: 0..<1, prologue: squared), [flat, mean])[0]
        let (least, greatest) = (try reduce(.minimum, flat), try reduce(.maximum, flat))
        var moments: [Value] = []
        for part in [mean, variance, least, greatest] { moments.append(try reshape(part, [1])) }
        let placeOfMoments = try outputs.leave(try concat(moments), in: &self)

        let width = max(1, shape.withoutFirst.elementCount)
        let counted = min(shape[0], max(1, histogramValues / width)) * width
        let part = counted == shape.elementCount ? flat : try slice(flat, axis: 0, 0..<counted)
        let column = try reshape(part, [counted, 1])
        let edges = try pointwise([fractions, least, greatest]) { e in
            e.apply(.multiplyAdd, e.operand(0), e.apply(.subtract, e.operand(2), e.operand(1)), e.operand(1))
        }
        let isAbove = Expression { e in e.apply(.greater, e.operand(0), e.operand(1)) }
        let above = try apply(Reduce(.sum, axes: 0..<1, prologue: isAbove), [column, edges])[0]
        return DistributionOutputs(moments: placeOfMoments, above: try outputs.leave(above, in: &self), counted: counted)
    }

    /// The share of units that are zero for every sample; units run along the last axis.
    mutating func shareOfDead(_ value: Value) throws(ShapeError) -> Value {
        let shape = type(of: value).shape
        let largest = try apply(Reduce(.maximum, axes: 0..<(shape.rank - 1), prologue: Expression(.absolute)), [value])[0]
        let isDead = Expression { e in e.apply(.equal, e.operand(0), e.constant(0)) }
        return try apply(Reduce(.mean, axes: 0..<1, prologue: isDead), [largest])[0]
    }

    /// The share of the values of tanh, or of sigmoid, in the flat ends.
    mutating func shareOfSaturated(_ value: Value, isTanh: Bool) throws(ShapeError) -> Value {
        let isFlat = Expression { e in
            let tanh = isTanh
                ? e.operand(0) : e.apply(.multiplyAdd, e.constant(2), e.operand(0), e.constant(-1))
            return e.apply(.greater, e.apply(.absolute, tanh), e.constant(0.97))
        }
        let flat = try reshape(value, [type(of: value).shape.elementCount])
        return try apply(Reduce(.mean, axes: 0..<1, prologue: isFlat), [flat])[0]
    }
}
