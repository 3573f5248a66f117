/// A row of the table of pointwise functions. Its float32 formula is the function `martlet_<name>` of
/// `Kernels/Shared`; the formula here is the Float64 oracle, written independently.
public struct PointwiseFunction: Sendable {
    /// As in plans and on the command line.
    public let name: String
    /// The arguments and the formula as the documentation gives them: `x, slope -> x > 0 ? x : slope x`.
    public let text: String
    /// How many arguments it takes.
    public let arity: Int
    /// The value in Float64.
    public let formula: @Sendable ([Double]) -> Double
    /// The gradient with respect to each argument, as terms; nil where there is none.
    public let gradient: Gradient
    /// Where samples of the arguments are drawn from.
    public let domain: Sample.Filling
    /// What a function of the user's own brings along; nil for those of `Kernels/Shared`.
    public private(set) var code: CustomCode?
    /// Whether it passes through a zero that no float hits, so that next to it a relative error says nothing.
    public let crossesZero: Bool
    /// What a layer needs to apply it by name; nil where it is no activation.
    public let activation: Activation?

    /// The gradient by each argument, built from the arguments, the result, and the gradient of the result.
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
    /// A function of the table; nil for an unknown name.
    public static func named(_ name: String) -> PointwiseFunction? { byName[name] }
}

extension PointwiseFunction: Hashable {
    public static func == (a: Self, b: Self) -> Bool { a.name == b.name && a.code?.source == b.code?.source }
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

extension PointwiseFunction {
    /// The two twins of a function that is not in `Kernels/Shared`.
    public struct CustomCode: Sendable {
        /// out[i] = f(a[i], b[i], c[i]) for i in 0..<count; pointers beyond the function's arity are not to be read. `out`
        /// may be one of the arguments. A function, or a closure that captures nothing, for it is called from C threads.
        public typealias Loop =
            @convention(c) (
                _ out: UnsafeMutablePointer<Float>?, _ a: UnsafePointer<Float>?, _ b: UnsafePointer<Float>?,
                _ c: UnsafePointer<Float>?, _ count: Int
            ) -> Void

        /// The text for OpenCL: the function `martlet_<name>`.
        public let source: String
        /// The twin for the CPU path.
        public let loop: Loop
    }

    /// A function of your own, which fuses like any other.
    /// - Parameters:
    ///   - name: lower-case letters, digits and `_`; not that of a function of the table.
    ///   - text: arguments and formula for documentation: `x, k -> x^2 + k`.
    ///   - arity: from 1 to 3.
    ///   - source: as a header of `Kernels/Shared` would hold it: `MARTLET_FUNCTION martlet_real martlet_<name>(martlet_real
    ///     x, …)` with `MARTLET_FMA`, `MARTLET_SELECT` and the functions of `Shared/pointwise.h`.
    ///   - cpu: its twin on the CPU path, with the same bits: `a.addingProduct(b, c)` for `fma`.
    ///   - formula: the Float64 oracle.
    ///   - gradient: with respect to each argument; without one no gradient flows.
    /// - Throws: `ShapeError` for a name or a number of arguments that cannot be.
    public init(
        custom name: String, _ text: String, arity: Int, source: String, domain: Sample.Filling = .normal,
        cpu: @escaping CustomCode.Loop, formula: @escaping @Sendable ([Double]) -> Double, gradient: Gradient? = nil
    ) throws(ShapeError) {
        let isName = !name.isEmpty && name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "_")
        }
        guard isName, Self.named(name) == nil else {
            throw ShapeError(
                "custom function '\(name)'", expected: "a name of a-z, 0-9 and _ that is not in the table of functions", found: [])
        }
        guard (1...3).contains(arity) else {
            throw ShapeError("custom function '\(name)'", expected: "from 1 to 3 arguments, not \(arity)", found: [])
        }
        self.init(name, text, arity: arity, domain: domain, formula: formula, gradient: gradient ?? { _, arguments, _, _ in
            arguments.map { _ in nil }
        })
        code = CustomCode(source: source, loop: cpu)
    }
}
