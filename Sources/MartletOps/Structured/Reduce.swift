import MartletCore

/// Sum, mean or maximum over neighbouring axes of an expression over operands.
///
/// Numeric order (numerics: 1). Innermost axes: blocks of 1024; in a block 32 lanes, lane l taking elements l, l + 32,
/// …; lanes combined by halving; block results reduced again the same way. Other axes: per column, blocks of 64 rows in
/// order; block results reduced again the same way. The mean is the sum divided by the count.
/// A maximum or minimum of something with NaN is NaN; its gradient is shared evenly by the elements that equal it.
public struct Reduce: Operation {
    public static let name = "reduce"
    public static let summary = Summary(
        "sum, mean, maximum or minimum over neighbouring axes of an expression",
        order: "innermost axes: blocks of 1024 in 32 lanes combined by halving; other axes: blocks of 64 rows in order; block results again the same way")

    /// What becomes of many elements.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// In the order above.
        case sum
        /// The sum divided by the count.
        case mean
        /// NaN where one is NaN.
        case maximum
        /// NaN where one is NaN.
        case minimum
    }

    /// What becomes of the elements along the axes.
    public var kind: Kind
    /// Neighbouring axes of the common shape of the operands, which the result lacks.
    public var axes: Range<Int>
    /// What is reduced; its operands broadcast to a common shape.
    public var prologue: Expression

    /// A reduction of one operand, or of an expression over several.
    public init(_ kind: Kind, axes: Range<Int>, prologue: Expression = .identity) {
        self.kind = kind
        self.axes = axes
        self.prologue = prologue
    }

    /// The shape that is reduced.
    public func reducedShape(_ operands: [TensorType]) -> Shape? { Broadcast.common(operands.map(\.shape)) }

    /// The shape seen as outer x extent x inner, reduced along the middle.
    public func extents(_ shape: Shape) -> (outer: Int, extent: Int, inner: Int) {
        (
            shape.extents[..<axes.lowerBound].reduce(1, *), shape.extents[axes].reduce(1, *),
            shape.extents[axes.upperBound...].reduce(1, *)
        )
    }

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        let expected = "float32 operands with axes \(axes) for \(kind)"
        try require(!operands.isEmpty && operands.allSatisfy { $0.dtype == .float32 }, expected, operands)
        guard let shape = reducedShape(operands), axes.upperBound <= shape.rank, !axes.isEmpty else {
            throw ShapeError(Self.name, expected: expected, found: operands)
        }
        try require(!kind.isExtremum || extents(shape).extent > 0, "at least one element to take the \(kind) of", operands)
        var extents = shape.extents
        extents.removeSubrange(axes)
        return [TensorType(Shape(extents))]
    }

    public func gradient(
        operands: [Value], results: [Value], upstream: [Value?], in graph: inout some GraphBuilder
    ) throws(ShapeError) -> [Value?] {
        precondition(prologue == .identity, "gradients are taken before fusion")
        let whole = graph.type(of: operands[0]).shape
        let kept = Shape(whole.extents.enumerated().map { axes.contains($0) ? 1 : $1 })
        // Leading axes that were reduced are stretched again by broadcasting; others need their place kept.
        func keepingAxes(_ value: Value) throws(ShapeError) -> Value {
            axes.lowerBound == 0 ? value : try graph.apply(Reshape(kept), [value])[0]
        }
        let dy = try keepingAxes(upstream[0]!)
        switch kind {
        case .sum:
            return [try graph.apply(Pointwise(.identity, shape: whole), [dy])[0]]
        case .mean:
            let count = Float(extents(whole).extent)
            let share = Expression { e in e.apply(.divide, e.operand(0), e.constant(count)) }
            return [try graph.apply(Pointwise(share, shape: whole), [dy])[0]]
        case .maximum, .minimum:
            // Shared evenly by the elements that equal the extremum, as PyTorch's amax does it.
            let extremum = try keepingAxes(results[0])
            let isExtremum = Expression { e in
                e.apply(.selectPositive, beyond(&e), e.constant(0), e.constant(1))
            }
            let ties = try graph.apply(Pointwise(isExtremum, shape: whole), [operands[0], extremum])[0]
            let count = try keepingAxes(try graph.apply(Reduce(.sum, axes: axes), [ties])[0])
            let share = Expression { e in
                e.apply(
                    .selectPositive, beyond(&e), e.constant(0), e.apply(.divide, e.operand(2), e.operand(3)))
            }
            return [try graph.apply(Pointwise(share, shape: whole), [operands[0], extremum, dy, count])[0]]
        }
    }

    /// How far operand 0 is from the extremum, operand 1: positive where it is none.
    private func beyond(_ e: inout ExpressionBuilder) -> Term {
        kind == .maximum
            ? e.apply(.subtract, e.operand(1), e.operand(0)) : e.apply(.subtract, e.operand(0), e.operand(1))
    }

    public func cost(_ operands: [TensorType], _ results: [TensorType]) -> Cost {
        let count = reducedShape(operands)?.elementCount ?? 0
        return Cost(flops: count * (1 + prologue.operationCount), operands, results)
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        guard let shape = reducedShape(operands.map(\.type)) else { return }
        let broadcast = Broadcast(operands.map(\.type.shape), to: shape)
        let (outer, extent, inner) = extents(shape)
        for first in 0..<outer {
            for last in 0..<inner {
                var value = kind == .maximum ? -Double.infinity : kind == .minimum ? .infinity : 0
                for middle in 0..<extent {
                    let index = (first * extent + middle) * inner + last
                    let element = prologue.evaluate(at: index, step: step) { operands[$0][broadcast.offset(of: $0, at: index)] }
                    switch kind {
                    case .sum, .mean: value += element
                    case .maximum: value = value.isNaN || element.isNaN ? .nan : max(value, element)
                    case .minimum: value = value.isNaN || element.isNaN ? .nan : min(value, element)
                    }
                }
                results[0][first * inner + last] = kind == .mean ? value / Double(extent) : value
            }
        }
    }

    public static var samples: [Sample] {
        var samples: [Sample] = []
        let cases: [(Shape, Range<Int>)] = [
            ([1], 0..<1), ([7], 0..<1), ([1025], 0..<1), ([5000], 0..<1), ([17, 33], 0..<1), ([17, 33], 1..<2),
            ([17, 33], 0..<2), ([129, 10], 0..<1), ([5000, 3], 0..<1), ([64, 1100], 1..<2), ([3, 129, 7], 1..<2),
            ([3, 5, 7], 0..<2), ([70, 1, 1], 1..<3),
        ]
        for kind in Kind.allCases {
            for (shape, axes) in cases {
                samples.append(Sample(
                    "\(kind) \(shape) over \(axes.lowerBound)..<\(axes.upperBound)", Reduce(kind, axes: axes),
                    [TensorType(shape)], differentiable: shape.elementCount < 1000 ? [0] : []))
            }
        }
        for kind in Kind.allCases where kind.isExtremum {
            for (shape, axes): (Shape, Range<Int>) in [([33, 7], 1..<2), ([33, 7], 0..<1), ([1029], 0..<1)] {
                samples.append(Sample("\(kind) of specials \(shape)", Reduce(kind, axes: axes), [TensorType(shape)], [.special]))
                samples.append(Sample("\(kind) with ties \(shape)", Reduce(kind, axes: axes), [TensorType(shape)], [.integers(3)]))
            }
        }
        let squaredDeviation = Expression { e in e.apply(.square, e.apply(.subtract, e.operand(0), e.operand(1))) }
        for (rows, columns) in [(7, 17), (129, 33), (64, 512)] {
            samples.append(Sample(
                "mean of squared deviations \(rows)x\(columns)", Reduce(.mean, axes: 0..<1, prologue: squaredDeviation),
                [TensorType([rows, columns]), TensorType([columns])]))
            samples.append(Sample(
                "sum of squared deviations \(rows)x\(columns) by row", Reduce(.sum, axes: 1..<2, prologue: squaredDeviation),
                [TensorType([rows, columns]), TensorType([columns])]))
        }
        // What gradient clipping reduces.
        for norm in GradientClipping.Norm.allCases {
            let (kind, prologue) = norm.reduction
            for count in [1, 33, 4099] {
                samples.append(Sample("\(norm) norm of \(count)", Reduce(kind, axes: 0..<1, prologue: prologue), [TensorType([count])]))
            }
        }
        return samples
    }
}

extension Reduce.Kind {
    /// Takes one of the elements, so there must be one.
    public var isExtremum: Bool { self == .maximum || self == .minimum }
}
