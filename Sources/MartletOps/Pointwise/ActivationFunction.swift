/// An activation as a layer applies it by name: a pointwise function of the input, then of its parameters, which are
/// constants of the expression.
public struct ActivationFunction: Sendable {
    public let name: String
    public let function: PointwiseFunction
    /// In the order of the function's arguments, with the values usual in the literature.
    public let parameters: [(name: String, value: Float)]
    /// What weights before it are best drawn with.
    public let family: Family

    /// Kinds of activations that ask for the same first weights.
    public enum Family: Hashable, Sendable {
        /// Halves the variance, as ReLU does: He et al. (2015).
        case rectifier
        /// Linear around zero and saturated: Glorot and Bengio (2010).
        case saturating
        /// Keeps mean 0 and variance 1: Klambauer et al. (2017).
        case selfNormalising
    }

    private init(
        _ function: PointwiseFunction, _ family: Family, _ parameters: [(name: String, value: Float)] = []
    ) {
        name = function.name
        self.function = function
        self.family = family
        self.parameters = parameters
    }

    public static let all: [ActivationFunction] = [
        .init(.relu, .rectifier),
        .init(.leakyReLU, .rectifier, [("slope", 0.01)]),
        .init(.elu, .rectifier, [("alpha", 1)]),
        .init(.selu, .selfNormalising),
        .init(.gelu, .rectifier),
        .init(.geluTanh, .rectifier),
        .init(.silu, .rectifier),
        .init(.mish, .rectifier),
        .init(.hardswish, .rectifier),
        .init(.softplus, .rectifier, [("beta", 1)]),
        .init(.sigmoid, .saturating),
        .init(.tanh, .saturating),
    ]

    public static func named(_ name: String) -> ActivationFunction? { all.first { $0.name == name } }

    /// The function of operand 0, with some parameters other than usual.
    /// - Precondition: `values` names only parameters that there are.
    public func expression(_ values: [String: Float] = [:]) -> Expression {
        precondition(values.keys.allSatisfy { key in parameters.contains { $0.name == key } }, "\(name) has no such parameter")
        return Expression { e in
            var arguments = [e.operand(0)]
            for parameter in parameters { arguments.append(e.constant(values[parameter.name] ?? parameter.value)) }
            return e.apply(function, arguments)
        }
    }
}

extension PointwiseFunction {
    /// The functions that a layer can apply by name.
    public static let activationNames: [String] = ActivationFunction.all.map(\.name)
}
