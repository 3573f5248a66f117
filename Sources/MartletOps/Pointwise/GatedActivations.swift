/// Rows for `Kernels/Shared/gated.h`: x times a smooth gate.
extension PointwiseFunction {
    /// A function of one argument whose gradient function takes that argument.
    private static func gated(
        _ name: String, _ text: String, _ gradient: PointwiseFunction, _ formula: @escaping @Sendable (Double) -> Double
    ) -> PointwiseFunction {
        PointwiseFunction(name, text, arity: 1, activation: .init(.rectifier), formula: { formula($0[0]) }) { e, x, _, upstream in
            [e.apply(gradient, x[0], upstream)]
        }
    }
    /// dy times the derivative, which is negative from some negative x on.
    private static func slope(
        _ name: String, _ text: String, _ derivative: @escaping @Sendable (Double) -> Double
    ) -> PointwiseFunction {
        PointwiseFunction(name, text, arity: 2, crossesZero: true, formula: { $0[1] * derivative($0[0]) })
    }

    /// x Phi(x) with the normal distribution function (Hendrycks and Gimpel 2016).
    public static let gelu = gated("gelu", "x -> x Phi(x)", geluGradient) { $0 * oracleNormal($0) }
    package static let geluGradient = slope("gelu_gradient", "x, dy -> dy (Phi(x) + x phi(x))") { x in
        oracleNormal(x) + x * oracleExp(-x * x / 2) / (2 * Double.pi).squareRoot()
    }

    /// The approximation of GELU by tanh.
    public static let geluTanh = gated("gelu_tanh", "x -> x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))", geluTanhGradient) { x in
        x / 2 * (1 + oracleTanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    }
    package static let geluTanhGradient = slope("gelu_tanh_gradient", "x, dy -> dy times the derivative of gelu_tanh") { x in
        let root = (2 / Double.pi).squareRoot()
        let t = oracleTanh(root * (x + 0.044715 * x * x * x))
        return (1 + t) / 2 + x / 2 * (1 - t * t) * root * (1 + 3 * 0.044715 * x * x)
    }

    /// x sigmoid(x), also called swish.
    public static let silu = gated("silu", "x -> x sigmoid(x)", siluGradient) { $0 / (1 + oracleExp(-$0)) }
    package static let siluGradient = slope("silu_gradient", "x, dy -> dy s (1 + x (1 - s)), s = sigmoid(x)") { x in
        let s = 1 / (1 + oracleExp(-x))
        return s * (1 + x * (1 - s))
    }

    /// x tanh(softplus(x)) (Misra 2019).
    public static let mish = gated("mish", "x -> x tanh(log(1 + e^x))", mishGradient) { $0 * oracleTanh(oracleSoftplus($0)) }
    package static let mishGradient = slope(
        "mish_gradient", "x, dy -> dy (t + x (1 - t^2) sigmoid(x)), t = tanh(log(1 + e^x))"
    ) { x in
        let t = oracleTanh(oracleSoftplus(x))
        return t + x * (1 - t * t) / (1 + oracleExp(-x))
    }

    static let gatedActivations: [PointwiseFunction] = [
        gelu, geluGradient, geluTanh, geluTanhGradient, silu, siluGradient, mish, mishGradient,
    ]
}

/// The standard normal distribution function.
private func oracleNormal(_ x: Double) -> Double { oracleErfc(-x / 2.0.squareRoot()) / 2 }
