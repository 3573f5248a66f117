import MartletCore

/// Moves elements of four bytes: boxes of the operands to boxes of the result, and a constant to wherever no box lies.
///
/// One operation for transposing, slicing, padding, reversing and joining; see the makers in `Copy+Kinds.swift`.
/// Operand p goes where part p says. Boxes of the result do not overlap. Values are moved as they are.
public struct Copy: Operation {
    public static let name = "copy"
    public static let summary = Summary(
        "boxes of the operands to boxes of the result, a constant elsewhere: transpose, slice, pad, reverse, join",
        order: "none: values are moved as they are")

    /// A box that is walked along the same axes in the operand and in the result.
    public struct Part: Hashable, Sendable {
        /// One axis of a box.
        public struct Axis: Hashable, Sendable {
            /// Places along it.
            public var extent: Int
            /// Steps in elements, possibly backwards, never 0.
            public var sourceStride, targetStride: Int

            /// - Precondition: strides are in elements and not 0.
            public init(extent: Int, sourceStride: Int, targetStride: Int) {
                self.extent = extent
                self.sourceStride = sourceStride
                self.targetStride = targetStride
            }
        }
        /// Outermost first.
        public var axes: [Axis]
        /// Where the first element lies.
        public var source, target: Int

        /// Elements of the box.
        public var elementCount: Int { axes.reduce(1) { $0 * $1.extent } }
        /// The way back.
        public var reversed: Part {
            Part(
                axes: axes.map { Axis(extent: $0.extent, sourceStride: $0.targetStride, targetStride: $0.sourceStride) },
                source: target, target: source)
        }
    }

    /// Of the result.
    public var shape: Shape
    /// One per operand, in their order.
    public var parts: [Part]
    /// What fills the rest of the result.
    public var value: Float

    /// - Precondition: parts lie within the operands and the result (checked), and do not overlap in either (not checked).
    init(_ shape: Shape, _ parts: [Part], value: Float = 0) {
        self.shape = shape
        self.parts = parts.map(\.simplified)
        self.value = value
    }

    /// Whether some of the result is filled.
    public var isFilling: Bool { parts.reduce(0) { $0 + $1.elementCount } < shape.elementCount }

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        let expected = "\(parts.count) operands of one type of four bytes for boxes of \(shape)"
        let dtype = operands.first?.dtype ?? .float32
        try require(
            operands.count == parts.count && operands.allSatisfy { $0.dtype == dtype } && dtype.byteCount == 4, expected, operands)
        try require(dtype == .float32 || !isFilling || value == 0, "numbers where there is something to fill", operands)
        for (part, operand) in zip(parts, operands) where part.elementCount > 0 {
            let isInside = operand.elementCount > 0 && (0..<operand.elementCount).contains(part.sourceRange)
                && (0..<shape.elementCount).contains(part.targetRange)
            try require(isInside, expected, operands)
        }
        return [TensorType(shape, dtype)]
    }

    public func gradient(
        operands: [Value], results: [Value], upstream: [Value?], in graph: inout some GraphBuilder
    ) throws(ShapeError) -> [Value?] {
        var gradients: [Value?] = []
        for (part, operand) in zip(parts, operands) {
            let type = graph.type(of: operand)
            gradients.append(
                type.dtype == .float32
                    ? try graph.apply(Copy(type.shape, [part.reversed]), [upstream[0]!])[0] : nil)
        }
        return gradients
    }

    public func cost(_ operands: [TensorType], _ results: [TensorType]) -> Cost {
        var cost = Cost(flops: 0, [], results)
        cost.bytes += 4 * parts.reduce(0) { $0 + $1.elementCount }
        return cost
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        results[0].values = results[0].values.map { _ in Double(value) }
        for (part, operand) in zip(parts, operands) {
            for index in 0..<part.elementCount {
                var (rest, source, target) = (index, part.source, part.target)
                for axis in part.axes.reversed() {
                    source += rest % axis.extent * axis.sourceStride
                    target += rest % axis.extent * axis.targetStride
                    rest /= axis.extent
                }
                results[0][target] = operand[source]
            }
        }
    }
}

extension Copy.Part {
    /// The lowest and the highest element that is touched.
    fileprivate var sourceRange: ClosedRange<Int> { range(from: source, axes.map { ($0.extent - 1) * $0.sourceStride }) }
    fileprivate var targetRange: ClosedRange<Int> { range(from: target, axes.map { ($0.extent - 1) * $0.targetStride }) }

    private func range(from start: Int, _ spans: [Int]) -> ClosedRange<Int> {
        spans.reduce(start) { $0 + min(0, $1) } ... spans.reduce(start) { $0 + max(0, $1) }
    }

    /// The same walk with its steps in the result as even as can be: longest first, and axes merged that follow each
    /// other in both places.
    fileprivate var simplified: Copy.Part {
        var part = self
        let sorted = axes.filter { $0.extent != 1 }.sorted { $0.targetStride.magnitude > $1.targetStride.magnitude }
        part.axes = []
        for axis in sorted {
            if let outer = part.axes.last, outer.sourceStride == axis.sourceStride * axis.extent,
                outer.targetStride == axis.targetStride * axis.extent
            {
                part.axes[part.axes.count - 1] = Axis(
                    extent: outer.extent * axis.extent, sourceStride: axis.sourceStride, targetStride: axis.targetStride)
            } else {
                part.axes.append(axis)
            }
        }
        return part
    }
}

extension Range<Int> {
    fileprivate func contains(_ other: ClosedRange<Int>) -> Bool { contains(other.lowerBound) && contains(other.upperBound) }
}
