import MartletCore
import MartletOps

// Formulas and their sources stand in the table: `martlet operations`. Parameters are part of the plan.
extension Tensor {
    public func relu() throws(ComputeError) -> Tensor { try pointwise(.relu) }
    public func selu() throws(ComputeError) -> Tensor { try pointwise(.selu) }
    public func gelu() throws(ComputeError) -> Tensor { try pointwise(.gelu) }
    public func geluTanh() throws(ComputeError) -> Tensor { try pointwise(.geluTanh) }
    public func silu() throws(ComputeError) -> Tensor { try pointwise(.silu) }
    public func mish() throws(ComputeError) -> Tensor { try pointwise(.mish) }
    public func hardswish() throws(ComputeError) -> Tensor { try pointwise(.hardswish) }
    public func sigmoid() throws(ComputeError) -> Tensor { try pointwise(.sigmoid) }
    public func tanh() throws(ComputeError) -> Tensor { try pointwise(.tanh) }
    public func leakyReLU(slope: Float = 0.01) throws(ComputeError) -> Tensor { try activation("leaky_relu", ["slope": slope]) }
    public func elu(alpha: Float = 1) throws(ComputeError) -> Tensor { try activation("elu", ["alpha": alpha]) }
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
