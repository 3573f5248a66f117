/// Rows for `Kernels/Shared/activation.h`.
extension PointwiseFunction {
    public static let relu: PointwiseFunction = .init(
        "relu", arity: 1, domain: .awayFromZero, formula: { $0[0] < 0 ? 0 : $0[0] }
    ) { e, _, y, upstream in
        [e.apply(.reluGradient, y, upstream)]
    }
    /// y > 0 ? dy : 0, for a result y of relu.
    public static let reluGradient: PointwiseFunction = .init("relu_gradient", arity: 2, formula: { $0[0] > 0 ? $0[1] : 0 })

    public static let tanh: PointwiseFunction = .init("tanh", arity: 1, formula: { oracleTanh($0[0]) }) { e, _, y, upstream in
        [e.apply(.tanhGradient, y, upstream)]
    }
    /// dy (1 - y^2), for a result y of tanh.
    public static let tanhGradient: PointwiseFunction = .init(
        "tanh_gradient", arity: 2, domain: .uniform(-1, 1), formula: { $0[1] * (1 - $0[0] * $0[0]) })

    public static let sigmoid: PointwiseFunction = .init(
        "sigmoid", arity: 1, formula: { 1 / (1 + oracleExp(-$0[0])) }
    ) { e, _, y, upstream in
        [e.apply(.sigmoidGradient, y, upstream)]
    }
    /// dy y (1 - y), for a result y of sigmoid.
    public static let sigmoidGradient: PointwiseFunction = .init(
        "sigmoid_gradient", arity: 2, domain: .uniform(0, 1), formula: { $0[1] * $0[0] * (1 - $0[0]) })

    static let activations: [PointwiseFunction] = [
        relu, reluGradient, tanh, tanhGradient, sigmoid, sigmoidGradient,
    ]
}

extension PointwiseFunction {
    /// The functions that a layer can apply by name.
    public static let activationNames: [String] = activations.filter { $0.arity == 1 }.map(\.name)
}
