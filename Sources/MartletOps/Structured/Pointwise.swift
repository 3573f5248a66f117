import MartletCore

/// An expression over operands that broadcast to a common shape.
public struct Pointwise: Operation {
    public static let name = "pointwise"
    public static let summary = Summary(
        "an expression of pointwise functions over operands that broadcast to a common shape",
        order: "none: each function in the order of the expression")

    /// What is computed of each element.
    public var expression: Expression
    /// The result's shape where there is no operand, or where the operands are to be broadcast further.
    public var shape: Shape?

    /// - Parameter shape: that all operands broadcast to; nil for their common one.
    public init(_ expression: Expression, shape: Shape? = nil) {
        self.expression = expression
        self.shape = shape
    }

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        try require(operands.count >= expression.operandCount, "\(expression.operandCount) operands for \(expression)", operands)
        try require(operands.allSatisfy { $0.dtype == .float32 }, "float32 operands for \(expression)", operands)
        let shapes = operands.map(\.shape) + (shape.map { [$0] } ?? [])
        guard let common = Broadcast.common(shapes), shape == nil || shape == common else {
            throw ShapeError(
                Self.name, expected: "shapes that broadcast to \(shape.map(\.description) ?? "each other") for \(expression)",
                found: operands)
        }
        return [TensorType(common)]
    }

    public func gradient(
        operands: [Value], results: [Value], upstream: [Value?], in graph: inout some GraphBuilder
    ) throws(ShapeError) -> [Value?] {
        let available = operands + results + [upstream[0]!]
        let shape = graph.type(of: results[0]).shape
        var gradients: [Value?] = []
        for (operand, gradient) in zip(operands, expression.gradients(operandCount: operands.count)) {
            guard let gradient else {
                gradients.append(nil)
                continue
            }
            // What passes unchanged needs no node.
            let passes = gradient.expression == .identity && graph.type(of: available[gradient.reads[0]]).shape == shape
            let whole = passes
                ? available[gradient.reads[0]]
                : try graph.apply(Pointwise(gradient.expression, shape: shape), gradient.reads.map { available[$0] })[0]
            gradients.append(try graph.sum(whole, to: graph.type(of: operand).shape))
        }
        return gradients
    }

    public func cost(_ operands: [TensorType], _ results: [TensorType]) -> Cost {
        Cost(flops: expression.operationCount * results[0].elementCount, operands, results)
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        let broadcast = Broadcast(operands.map(\.type.shape), to: results[0].type.shape)
        for index in results[0].values.indices {
            results[0][index] = expression.evaluate(at: index, step: step) { operand in
                operands[operand][broadcast.offset(of: operand, at: index)]
            }
        }
    }

    public static var samples: [Sample] {
        let shapes: [Shape] = [[1], [7], [17, 33], [64, 129]]
        var samples: [Sample] = []
        for function in PointwiseFunction.all {
            for shape in shapes {
                let operands = Array(repeating: TensorType(shape), count: function.arity)
                let fillings = Array(repeating: function.domain, count: function.arity)
                samples.append(Sample(
                    "\(function.name) \(shape)", Pointwise(Expression(function)), operands, fillings,
                    differentiable: shape == [7] ? function.differentiableArguments : []))
            }
            // Products of three extremes leave float32's range on the way to a result within it: there parity is the check.
            let tolerance = PointwiseFunction.losses.contains(function) ? Double.infinity : function.crossesZero ? 1e-2 : 1e-5
            let special = Array(repeating: Sample.Filling.special, count: function.arity)
            samples.append(Sample(
                "\(function.name) special", Pointwise(Expression(function)),
                Array(repeating: TensorType([2048]), count: function.arity), special, tolerance: tolerance))
        }
        let add = Expression(.add)
        for (a, b): (Shape, Shape) in [([33, 7], [7]), ([33, 1], [33, 7]), ([33, 7], [1]), ([33, 1], [1, 7]), ([5, 1, 7], [3, 1])] {
            samples.append(Sample("add \(a) and \(b)", Pointwise(add), [TensorType(a), TensorType(b)], differentiable: [0, 1]))
        }
        let random: [(String, @Sendable (inout ExpressionBuilder) -> Term)] = [
            ("uniform", { $0.uniform(stream: 3) }), ("normal", { $0.normal(stream: 3) }),
            ("dropout", { e in e.apply(.multiply, e.operand(0), e.dropout(stream: 5, threshold: 1 << 30, scale: 1 / 0.75)) }),
        ]
        for (name, build) in random {
            let expression = Expression(build)
            for shape: Shape in [[1], [7], [17, 33], [4099]] {
                samples.append(Sample(
                    "\(name) \(shape)", Pointwise(expression, shape: shape),
                    Array(repeating: TensorType(shape), count: expression.operandCount),
                    differentiable: name == "dropout" ? [0] : []))
            }
        }
        return samples
    }
}

extension GraphBuilder {
    /// The gradient of broadcasting: sums over every axis along which `shape` was stretched.
    mutating func sum(_ value: Value, to shape: Shape) throws(ShapeError) -> Value {
        let whole = type(of: value).shape
        if whole == shape { return value }
        let missing = whole.rank - shape.rank
        let stretched = (0..<whole.rank).map { $0 < missing || (shape[$0 - missing] == 1 && whole[$0] != 1) }
        var result = value
        // Neighbouring axes are summed together, innermost first so that the places of the others stay.
        var end = whole.rank
        while let last = stretched[..<end].lastIndex(of: true) {
            let first = (stretched[..<last].lastIndex(of: false) ?? -1) + 1
            result = try apply(Reduce(.sum, axes: first..<(last + 1)), [result])[0]
            end = first
        }
        if type(of: result).shape != shape { result = try apply(Reshape(shape), [result])[0] }
        return result
    }
}
