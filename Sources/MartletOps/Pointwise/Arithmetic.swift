/// Rows for `Kernels/Shared/arithmetic.h`.
extension PointwiseFunction {
    /// -x
    public static let negate: PointwiseFunction = .init("negate", "x -> -x", arity: 1, formula: { -$0[0] }) { e, _, _, upstream in
        [e.apply(.negate, upstream)]
    }
    /// a + b
    public static let add: PointwiseFunction = .init(
        "add", "a, b -> a + b", arity: 2, formula: { $0[0] + $0[1] }
    ) { _, _, _, upstream in
        [upstream, upstream]
    }
    /// a - b
    public static let subtract: PointwiseFunction = .init(
        "subtract", "a, b -> a - b", arity: 2, formula: { $0[0] - $0[1] }
    ) { e, _, _, upstream in
        [upstream, e.apply(.negate, upstream)]
    }
    /// a b
    public static let multiply: PointwiseFunction = .init(
        "multiply", "a, b -> a b", arity: 2, formula: { $0[0] * $0[1] }
    ) { e, x, _, upstream in
        [e.apply(.multiply, upstream, x[1]), e.apply(.multiply, upstream, x[0])]
    }
    /// a / b, correctly rounded. The gradient by b is -dy (a / b) / b.
    public static let divide: PointwiseFunction = .init(
        "divide", "a, b -> a / b", arity: 2, domain: .awayFromZero, formula: { $0[0] / $0[1] }
    ) { e, x, y, upstream in
        let first = e.apply(.divide, upstream, x[1])
        return [first, e.apply(.negate, e.apply(.multiply, first, y))]
    }
    /// a * b + c, rounded once.
    public static let multiplyAdd: PointwiseFunction = .init(
        "multiply_add", "a, b, c -> a b + c, rounded once", arity: 3, formula: { $0[0] * $0[1] + $0[2] }
    ) { e, x, _, upstream in
        [e.apply(.multiply, upstream, x[1]), e.apply(.multiply, upstream, x[0]), upstream]
    }
    /// x^2
    public static let square: PointwiseFunction = .init(
        "square", "x -> x^2", arity: 1, formula: { $0[0] * $0[0] }
    ) { e, x, _, upstream in
        [e.apply(.multiply, upstream, e.apply(.add, x[0], x[0]))]
    }
    /// |x|. The derivative at 0 is 0.
    public static let absolute: PointwiseFunction = .init(
        "absolute", "x -> abs(x)", arity: 1, domain: .awayFromZero, formula: { $0[0].magnitude }
    ) { e, x, _, upstream in
        let zero = e.constant(0)
        let whenNotPositive = e.apply(.selectPositive, e.apply(.negate, x[0]), e.apply(.negate, upstream), zero)
        return [e.apply(.selectPositive, x[0], upstream, whenNotPositive)]
    }
    /// sqrt(x), correctly rounded; NaN below 0.
    public static let squareRoot: PointwiseFunction = .init(
        "square_root", "x -> sqrt(x)", arity: 1, domain: .uniform(0.1, 4), formula: { $0[0].squareRoot() }
    ) { e, _, y, upstream in
        [e.apply(.divide, upstream, e.apply(.add, y, y))]
    }
    /// 1 / sqrt(x), as a square root and a division.
    public static let inverseSquareRoot: PointwiseFunction = .init(
        "inverse_square_root", "x -> 1 / sqrt(x)", arity: 1, domain: .uniform(0.1, 4), formula: { 1 / $0[0].squareRoot() }
    ) { e, x, y, upstream in
        let half = e.apply(.multiply, e.constant(-0.5), y)
        return [e.apply(.multiply, upstream, e.apply(.divide, half, x[0]))]
    }
    /// 1 / x, correctly rounded.
    public static let reciprocal: PointwiseFunction = .init(
        "reciprocal", "x -> 1 / x", arity: 1, domain: .awayFromZero, formula: { 1 / $0[0] }
    ) { e, _, y, upstream in
        [e.apply(.negate, e.apply(.multiply, upstream, e.apply(.square, y)))]
    }
    /// e^x, within 1 ulp.
    public static let exp: PointwiseFunction = .init(
        "exp", "x -> e^x", arity: 1, formula: { oracleExp($0[0]) }
    ) { e, _, y, upstream in
        [e.apply(.multiply, upstream, y)]
    }
    /// The natural logarithm, within 1 ulp; NaN below 0.
    public static let log: PointwiseFunction = .init(
        "log", "x -> log(x)", arity: 1, domain: .uniform(0.1, 4), formula: { oracleLog($0[0]) }
    ) { e, x, _, upstream in
        [e.apply(.divide, upstream, x[0])]
    }
    /// e^x - 1. The gradient takes e^x anew: y + 1 has lost it where x is very negative.
    public static let expm1: PointwiseFunction = .init(
        "expm1", "x -> e^x - 1", arity: 1, formula: { oracleExpm1($0[0]) }
    ) { e, x, _, upstream in
        [e.apply(.multiply, upstream, e.apply(.exp, x[0]))]
    }
    /// log(1 + x)
    public static let log1p: PointwiseFunction = .init(
        "log1p", "x -> log(1 + x)", arity: 1, domain: .uniform(-0.9, 4), formula: { oracleLog1p($0[0]) }
    ) { e, x, _, upstream in
        [e.apply(.divide, upstream, e.apply(.add, e.constant(1), x[0]))]
    }
    /// The error function, 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x, within 3 ulp.
    public static let erf: PointwiseFunction = .init(
        "erf", "x -> erf(x)", arity: 1, formula: { oracleErf($0[0]) }
    ) { e, x, _, upstream in
        [e.apply(.erfGradient, x[0], upstream)]
    }
    /// dy 2 / sqrt(pi) e^(-x^2)
    package static let erfGradient: PointwiseFunction = .init(
        "erf_gradient", "x, dy -> dy 2 / sqrt(pi) e^(-x^2)", arity: 2,
        formula: { $0[1] * 2 / Double.pi.squareRoot() * oracleExp(-$0[0] * $0[0]) })
    /// NaN if either is NaN; the gradient goes to the first where they are equal.
    public static let minimum: PointwiseFunction = .init(
        "minimum", "a, b -> a < b ? a : b, NaN if either is", arity: 2,
        formula: { $0[0].isNaN || $0[1].isNaN ? .nan : Swift.min($0[0], $0[1]) }
    ) { e, x, _, upstream in
        let zero = e.constant(0)
        let difference = e.apply(.subtract, x[0], x[1])
        return [e.apply(.selectPositive, difference, zero, upstream), e.apply(.selectPositive, difference, upstream, zero)]
    }
    /// NaN if either is NaN; the gradient goes to the first where they are equal.
    public static let maximum: PointwiseFunction = .init(
        "maximum", "a, b -> a > b ? a : b, NaN if either is", arity: 2,
        formula: { $0[0].isNaN || $0[1].isNaN ? .nan : Swift.max($0[0], $0[1]) }
    ) { e, x, _, upstream in
        let zero = e.constant(0)
        let difference = e.apply(.subtract, x[1], x[0])
        return [e.apply(.selectPositive, difference, zero, upstream), e.apply(.selectPositive, difference, upstream, zero)]
    }
    /// a > 0 ? b : c
    public static let selectPositive: PointwiseFunction = .init(
        "select_positive", "a, b, c -> a > 0 ? b : c", arity: 3, domain: .awayFromZero, formula: { $0[0] > 0 ? $0[1] : $0[2] }
    ) { e, x, _, upstream in
        let zero = e.constant(0)
        return [nil, e.apply(.selectPositive, x[0], upstream, zero), e.apply(.selectPositive, x[0], zero, upstream)]
    }

    static let arithmetic: [PointwiseFunction] = [
        negate, add, subtract, multiply, divide, multiplyAdd, square, absolute, squareRoot, inverseSquareRoot,
        reciprocal, exp, log, expm1, log1p, erf, erfGradient, minimum, maximum, selectPositive,
    ]
}
