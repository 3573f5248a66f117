/// Rows for `Kernels/Shared/comparison.h`. No gradient flows through a comparison, a sign or a rounding.
extension PointwiseFunction {
    private static func comparison(
        _ name: String, _ text: String, _ holds: @escaping @Sendable (Double, Double) -> Bool
    ) -> PointwiseFunction {
        PointwiseFunction(name, text, arity: 2, domain: .uniform(-2, 2), formula: { holds($0[0], $0[1]) ? 1 : 0 })
    }
    /// 1 where it holds, else 0. With NaN only `notEqual` holds.
    public static let equal = comparison("equal", "a, b -> a == b ? 1 : 0") { $0 == $1 }
    /// 1 where a and b differ or one is NaN, else 0.
    public static let notEqual = comparison("not_equal", "a, b -> a != b ? 1 : 0") { $0 != $1 }
    /// 1 where a < b, else 0, also with NaN.
    public static let less = comparison("less", "a, b -> a < b ? 1 : 0") { $0 < $1 }
    /// 1 where a <= b, else 0, also with NaN.
    public static let lessOrEqual = comparison("less_or_equal", "a, b -> a <= b ? 1 : 0") { $0 <= $1 }
    /// 1 where a > b, else 0, also with NaN.
    public static let greater = comparison("greater", "a, b -> a > b ? 1 : 0") { $0 > $1 }
    /// 1 where a >= b, else 0, also with NaN.
    public static let greaterOrEqual = comparison("greater_or_equal", "a, b -> a >= b ? 1 : 0") { $0 >= $1 }

    /// a != 0 ? b : c
    public static let select: PointwiseFunction = .init(
        "select", "a, b, c -> a != 0 ? b : c", arity: 3, domain: .awayFromZero, formula: { $0[0] != 0 ? $0[1] : $0[2] }
    ) { e, x, _, upstream in
        let zero = e.constant(0)
        return [nil, e.apply(.select, x[0], upstream, zero), e.apply(.select, x[0], zero, upstream)]
    }
    /// x, not below low and then not above high. The gradient goes to x where it lies between them or on one of them, as in
    /// PyTorch; `minimum` and `maximum` carry one to the bounds too.
    public static let clamp: PointwiseFunction = .init(
        "clamp", "x, low, high -> min(max(x, low), high)", arity: 3, domain: .awayFromZero,
        formula: { x in
            let raised = x[0] < x[1] ? x[1] : x[0]
            return raised > x[2] ? x[2] : raised
        }
    ) { e, x, _, upstream in
        let zero = e.constant(0)
        let notAbove = e.apply(.select, e.apply(.greater, x[0], x[2]), zero, upstream)
        return [e.apply(.select, e.apply(.less, x[0], x[1]), zero, notAbove), nil, nil]
    }
    /// -1, 0 or 1.
    public static let sign: PointwiseFunction = .init(
        "sign", "x -> -1, 0 or 1", arity: 1, formula: { $0[0] > 0 ? 1 : $0[0] < 0 ? -1 : $0[0] })
    /// To the nearest integer, halfway cases to the even one.
    public static let round: PointwiseFunction = .init(
        "round", "x -> nearest integer, ties to even", arity: 1, formula: { $0[0].rounded(.toNearestOrEven) })
    /// The largest integer that is at most x.
    public static let floor: PointwiseFunction = .init(
        "floor", "x -> largest integer <= x", arity: 1, formula: { $0[0].rounded(.down) })
    /// The smallest integer that is at least x.
    public static let ceiling: PointwiseFunction = .init(
        "ceiling", "x -> smallest integer >= x", arity: 1, formula: { $0[0].rounded(.up) })

    static let comparisons: [PointwiseFunction] = [
        equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, select, clamp, sign, round, floor, ceiling,
    ]
}
