/// Rows for `Kernels/Shared/loss.h`. Gradients flow to the first argument alone: targets and settings are data.
extension PointwiseFunction {
    /// d^2 / 2 where |d| <= delta, else delta (|d| - delta / 2), of a difference d (Huber 1964).
    public static let huber: PointwiseFunction = .init(
        "huber", "d, delta -> abs(d) <= delta ? d^2 / 2 : delta (abs(d) - delta/2)", arity: 2, domain: .awayFromZero,
        formula: { $0[0].magnitude <= $0[1] ? $0[0] * $0[0] / 2 : $0[1] * ($0[0].magnitude - $0[1] / 2) }
    ) { e, x, _, upstream in
        [e.apply(.multiply, e.apply(.huberGradient, x[0], x[1]), upstream), nil]
    }
    package static let huberGradient: PointwiseFunction = .init(
        "huber_gradient", "d, delta -> abs(d) <= delta ? d : delta sign(d)", arity: 2, domain: .awayFromZero,
        formula: { $0[0].magnitude <= $0[1] ? $0[0] : $0[1] * oracleSign($0[0]) })

    /// d^2 / (2 beta) where |d| < beta, else |d| - beta / 2, of a difference d (Girshick 2015, and PyTorch's beta).
    public static let smoothL1: PointwiseFunction = .init(
        "smooth_l1", "d, beta -> abs(d) < beta ? d^2 / (2 beta) : abs(d) - beta/2", arity: 2, domain: .awayFromZero,
        formula: { $0[0].magnitude < $0[1] ? $0[0] * $0[0] / (2 * $0[1]) : $0[0].magnitude - $0[1] / 2 }
    ) { e, x, _, upstream in
        [e.apply(.multiply, e.apply(.smoothL1Gradient, x[0], x[1]), upstream), nil]
    }
    package static let smoothL1Gradient: PointwiseFunction = .init(
        "smooth_l1_gradient", "d, beta -> abs(d) < beta ? d / beta : sign(d)", arity: 2, domain: .awayFromZero,
        formula: { $0[0].magnitude < $0[1] ? $0[0] / $0[1] : oracleSign($0[0]) })

    /// -(p t log s(x) + (1 - t) log(1 - s(x))) of a logit x, a target t and the weight p of the positive part, where s is
    /// the logistic function (PyTorch's BCEWithLogitsLoss).
    public static let binaryCrossEntropy: PointwiseFunction = .init(
        "bce_with_logits", "x, t, p -> p t log(1 + e^-x) + (1 - t) log(1 + e^x)", arity: 3,
        formula: { $0[2] * $0[1] * oracleSoftplus(-$0[0]) + (1 - $0[1]) * oracleSoftplus($0[0]) }
    ) { e, x, _, upstream in
        [e.apply(.multiply, e.apply(.binaryCrossEntropyGradient, x[0], x[1], x[2]), upstream), nil, nil]
    }
    package static let binaryCrossEntropyGradient: PointwiseFunction = .init(
        "bce_with_logits_gradient", "x, t, p -> (1 - t) sigmoid(x) - p t sigmoid(-x)", arity: 3,
        formula: { (1 - $0[1]) / (1 + oracleExp(-$0[0])) - $0[2] * $0[1] / (1 + oracleExp($0[0])) })

    static let losses: [PointwiseFunction] = [
        huber, huberGradient, smoothL1, smoothL1Gradient, binaryCrossEntropy, binaryCrossEntropyGradient,
    ]
}

private func oracleSign(_ d: Double) -> Double { d > 0 ? 1 : d < 0 ? -1 : 0 }
