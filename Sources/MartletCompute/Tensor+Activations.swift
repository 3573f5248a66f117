import MartletCore
import MartletOps

// Formulas and their sources stand in the table: `martlet operations`. Parameters are part of the plan.
extension Tensor {
    /// max(x, 0).
    public func relu() throws(ComputeError) -> Tensor { try pointwise(.relu) }
    /// scale (x > 0 ? x : alpha (e^x - 1)) (Klambauer et al. 2017).
    public func selu() throws(ComputeError) -> Tensor { try pointwise(.selu) }
    /// x Phi(x) with the normal distribution function (Hendrycks and Gimpel 2016).
    public func gelu() throws(ComputeError) -> Tensor { try pointwise(.gelu) }
    /// The approximation of `gelu()` by tanh.
    public func geluTanh() throws(ComputeError) -> Tensor { try pointwise(.geluTanh) }
    /// x sigmoid(x), also called swish.
    public func silu() throws(ComputeError) -> Tensor { try pointwise(.silu) }
    /// x tanh(softplus(x)) (Misra 2019).
    public func mish() throws(ComputeError) -> Tensor { try pointwise(.mish) }
    /// x min(max(x + 3, 0), 6) / 6 (Howard et al. 2019).
    public func hardswish() throws(ComputeError) -> Tensor { try pointwise(.hardswish) }
    /// 1 / (1 + e^-x).
    public func sigmoid() throws(ComputeError) -> Tensor { try pointwise(.sigmoid) }
    /// The hyperbolic tangent.
    public func tanh() throws(ComputeError) -> Tensor { try pointwise(.tanh) }
    /// x > 0 ? x : slope x.
    public func leakyReLU(slope: Float = 0.01) throws(ComputeError) -> Tensor { try activation("leaky_relu", ["slope": slope]) }
    /// x > 0 ? x : alpha (e^x - 1) (Clevert et al. 2015).
    public func elu(alpha: Float = 1) throws(ComputeError) -> Tensor { try activation("elu", ["alpha": alpha]) }
    /// log(1 + e^(beta x)) / beta for a positive beta.
    public func softplus(beta: Float = 1) throws(ComputeError) -> Tensor { try activation("softplus", ["beta": beta]) }

    /// An activation by its name in the table, with parameters other than usual.
    /// - Throws: `data` for a name or a parameter that there is none of.
    public func activation(_ name: String, _ parameters: [String: Float] = [:]) throws(ComputeError) -> Tensor {
        guard let activation = ActivationFunction.named(name) else {
            throw .data(
                operation: "activation", expected: PointwiseFunction.activationNames.joined(separator: ", "), found: "'\(name)'")
        }
        let known = activation.parameters.map(\.name)
        if let unknown = parameters.keys.sorted().first(where: { !known.contains($0) }) {
            throw .data(
                operation: name, expected: known.isEmpty ? "no parameters" : "the parameters \(known.joined(separator: ", "))",
                found: "'\(unknown)'")
        }
        return try record { (g, x) throws(ShapeError) in
            try g.apply(Pointwise(activation.expression(parameters)), x)[0]
        }
    }
}
