/// Rows for `Kernels/Shared/activation.h`.
extension PointwiseFunction {
    /// max(x, 0). The derivative at 0 is 0; NaN stays NaN.
    public static let relu: PointwiseFunction = .init(
        "relu", "x -> max(x, 0)", arity: 1, domain: .awayFromZero,
        activation: .init(.rectifier),
        formula: { $0[0] < 0 ? 0 : $0[0] }
    ) { e, _, y, upstream in
        [e.apply(.reluGradient, y, upstream)]
    }
    /// y > 0 ? dy : 0, for a result y of relu.
    package static let reluGradient: PointwiseFunction = .init(
        "relu_gradient", "y, dy -> y > 0 ? dy : 0", arity: 2, formula: { $0[0] > 0 ? $0[1] : 0 })

    /// The hyperbolic tangent, within 3 ulp.
    public static let tanh: PointwiseFunction = .init(
        "tanh", "x -> tanh(x)", arity: 1, activation: .init(.saturating), formula: { oracleTanh($0[0]) }
    ) { e, _, y, upstream in
        [e.apply(.tanhGradient, y, upstream)]
    }
    /// dy (1 - y^2), for a result y of tanh.
    package static let tanhGradient: PointwiseFunction = .init(
        "tanh_gradient", "y, dy -> dy (1 - y^2)", arity: 2, domain: .uniform(-1, 1), formula: { $0[1] * (1 - $0[0] * $0[0]) })

    /// 1 / (1 + e^-x), within 3 ulp.
    public static let sigmoid: PointwiseFunction = .init(
        "sigmoid", "x -> 1 / (1 + e^-x)", arity: 1, activation: .init(.saturating), formula: { 1 / (1 + oracleExp(-$0[0])) }
    ) { e, _, y, upstream in
        [e.apply(.sigmoidGradient, y, upstream)]
    }
    /// dy y (1 - y), for a result y of sigmoid.
    package static let sigmoidGradient: PointwiseFunction = .init(
        "sigmoid_gradient", "y, dy -> dy y (1 - y)", arity: 2, domain: .uniform(0, 1), formula: { $0[1] * $0[0] * (1 - $0[0]) })

    /// x > 0 ? x : slope x. A slope that is a tensor is learned (PReLU, He et al. 2015).
    public static let leakyReLU: PointwiseFunction = .init(
        "leaky_relu", "x, slope -> x > 0 ? x : slope x", arity: 2, domain: .awayFromZero,
        activation: .init(.rectifier, [("slope", 0.01)]),
        formula: { $0[0] > 0 ? $0[0] : $0[1] * $0[0] }
    ) { e, x, _, upstream in
        [
            e.apply(.leakyReLUGradient, x[0], x[1], upstream),
            e.apply(.selectPositive, x[0], e.constant(0), e.apply(.multiply, x[0], upstream)),
        ]
    }
    package static let leakyReLUGradient: PointwiseFunction = .init(
        "leaky_relu_gradient", "x, slope, dy -> x > 0 ? dy : slope dy", arity: 3, formula: { $0[0] > 0 ? $0[2] : $0[1] * $0[2] })

    /// x > 0 ? x : alpha (e^x - 1) (Clevert et al. 2015). No gradient flows to alpha.
    public static let elu: PointwiseFunction = .init(
        "elu", "x, alpha -> x > 0 ? x : alpha (e^x - 1)", arity: 2, domain: .awayFromZero,
        activation: .init(.rectifier, [("alpha", 1)]),
        formula: { $0[0] > 0 ? $0[0] : $0[1] * oracleExpm1($0[0]) }
    ) { e, x, _, upstream in
        [e.apply(.eluGradient, x[0], x[1], upstream), nil]
    }
    package static let eluGradient: PointwiseFunction = .init(
        "elu_gradient", "x, alpha, dy -> x > 0 ? dy : dy alpha e^x", arity: 3,
        formula: { $0[0] > 0 ? $0[2] : $0[2] * $0[1] * oracleExp($0[0]) })

    /// scale (x > 0 ? x : alpha (e^x - 1)) (Klambauer et al. 2017).
    public static let selu: PointwiseFunction = .init(
        "selu", "x -> 1.0507 (x > 0 ? x : 1.6733 (e^x - 1))", arity: 1, domain: .awayFromZero,
        activation: .init(.selfNormalising),
        formula: { seluScale * ($0[0] > 0 ? $0[0] : seluAlpha * oracleExpm1($0[0])) }
    ) { e, x, _, upstream in
        [e.apply(.seluGradient, x[0], upstream)]
    }
    package static let seluGradient: PointwiseFunction = .init(
        "selu_gradient", "x, dy -> 1.0507 dy (x > 0 ? 1 : 1.6733 e^x)", arity: 2,
        formula: { $0[1] * seluScale * ($0[0] > 0 ? 1 : seluAlpha * oracleExp($0[0])) })
    private static let seluScale = 1.0507009873554804934193349852946
    private static let seluAlpha = 1.6732632423543772848170429916717

    /// log(1 + e^(beta x)) / beta for a positive beta. No gradient flows to beta.
    public static let softplus: PointwiseFunction = .init(
        "softplus", "x, beta -> log(1 + e^(beta x)) / beta", arity: 2, domain: .uniform(0.2, 4),
        activation: .init(.rectifier, [("beta", 1)]),
        formula: { $0[1] > 0 ? oracleSoftplus($0[1] * $0[0]) / $0[1] : .nan }
    ) { e, x, _, upstream in
        [e.apply(.softplusGradient, x[0], x[1], upstream), nil]
    }
    package static let softplusGradient: PointwiseFunction = .init(
        "softplus_gradient", "x, beta, dy -> dy / (1 + e^(-beta x))", arity: 3,
        formula: { $0[2] / (1 + oracleExp(-$0[1] * $0[0])) })

    /// x min(max(x + 3, 0), 6) / 6 (Howard et al. 2019).
    public static let hardswish: PointwiseFunction = .init(
        "hardswish", "x -> x min(max(x + 3, 0), 6) / 6", arity: 1, activation: .init(.rectifier),
        formula: { $0[0] * Swift.min(Swift.max($0[0] + 3, 0), 6) / 6 }
    ) { e, x, _, upstream in
        [e.apply(.hardswishGradient, x[0], upstream)]
    }
    package static let hardswishGradient: PointwiseFunction = .init(
        "hardswish_gradient", "x, dy -> dy (x > 3 ? 1 : x < -3 ? 0 : (2x + 3) / 6)", arity: 2,
        formula: { $0[1] * ($0[0] > 3 ? 1 : $0[0] < -3 ? 0 : (2 * $0[0] + 3) / 6) })

    static let activations: [PointwiseFunction] = [
        relu, reluGradient, tanh, tanhGradient, sigmoid, sigmoidGradient, leakyReLU, leakyReLUGradient, elu, eluGradient,
        selu, seluGradient, softplus, softplusGradient, hardswish, hardswishGradient,
    ]
}
