/// An activation as a layer applies it by name: a pointwise function of the input, then of its parameters, which are
/// constants of the expression.
public struct ActivationFunction: Sendable {
    /// As in descriptions and on the command line.
    public let name: String
    /// Its first argument is the input.
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

    /// Nil where the function's row does not say that it is an activation.
    private init?(_ function: PointwiseFunction) {
        guard let activation = function.activation else { return nil }
        name = function.name
        self.function = function
        family = activation.family
        parameters = activation.parameters
    }

    /// Every one, in the order of the documentation.
    public static let all: [ActivationFunction] = PointwiseFunction.all.compactMap(ActivationFunction.init)

    /// Nil for an unknown name.
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
    /// The part of a row that makes the function an activation.
    public struct Activation: Sendable {
        /// What weights before it are best drawn with.
        public let family: ActivationFunction.Family
        /// In the order of the function's arguments behind the first.
        public let parameters: [(name: String, value: Float)]

        /// - Parameter parameters: names and usual values of the arguments behind the first.
        public init(_ family: ActivationFunction.Family, _ parameters: [(name: String, value: Float)] = []) {
            self.family = family
            self.parameters = parameters
        }
    }

    /// The functions that a layer can apply by name.
    public static let activationNames: [String] = ActivationFunction.all.map(\.name)
}
