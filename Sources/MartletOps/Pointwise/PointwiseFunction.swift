/// A row of the table of pointwise functions. Its float32 formula is the function `martlet_<name>` of
/// `Kernels/Shared`; the formula here is the Float64 oracle, written independently.
public struct PointwiseFunction: Sendable {
    public let name: String
    /// The arguments and the formula as the documentation gives them: `x, slope -> x > 0 ? x : slope x`.
    public let text: String
    public let arity: Int
    /// The value in Float64.
    public let formula: @Sendable ([Double]) -> Double
    /// The gradient with respect to each argument, as terms; nil where there is none.
    public let gradient: Gradient
    /// Where samples of the arguments are drawn from.
    public let domain: Sample.Filling
    /// Whether it passes through a zero that no float hits, so that next to it a relative error says nothing.
    public let crossesZero: Bool
    /// What a layer needs to apply it by name; nil where it is no activation.
    public let activation: Activation?

    public typealias Gradient =
        @Sendable (
            _ expression: inout ExpressionBuilder, _ arguments: [Term], _ result: Term, _ upstream: Term
        ) -> [Term?]

    init(
        _ name: String, _ text: String, arity: Int, domain: Sample.Filling = .normal, crossesZero: Bool = false,
        activation: Activation? = nil, formula: @escaping @Sendable ([Double]) -> Double, gradient: @escaping Gradient
    ) {
        self.name = name
        self.text = text
        self.arity = arity
        self.domain = domain
        self.crossesZero = crossesZero
        self.activation = activation
        self.formula = formula
        self.gradient = gradient
    }

    /// A function whose own gradient nobody needs, such as the gradient of another.
    init(
        _ name: String, _ text: String, arity: Int, domain: Sample.Filling = .normal, crossesZero: Bool = false,
        activation: Activation? = nil, formula: @escaping @Sendable ([Double]) -> Double
    ) {
        self.init(name, text, arity: arity, domain: domain, crossesZero: crossesZero, activation: activation,
            formula: formula) { _, arguments, _, _ in
            arguments.map { _ in nil }
        }
    }

    /// The places of the arguments that a gradient flows to.
    public var differentiableArguments: [Int] {
        var builder = ExpressionBuilder()
        let terms = (0..<arity + 2).map { builder.operand($0) }
        let partials = gradient(&builder, Array(terms.prefix(arity)), terms[arity], terms[arity + 1])
        return partials.indices.filter { partials[$0] != nil }
    }

    /// Every function, in the order of the documentation.
    public static let all: [PointwiseFunction] = arithmetic + comparisons + activations + gatedActivations + losses

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
    public static func named(_ name: String) -> PointwiseFunction? { byName[name] }
}

extension PointwiseFunction: Hashable {
    public static func == (a: Self, b: Self) -> Bool { a.name == b.name }
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
