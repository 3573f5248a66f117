import MartletCore
import MartletGraph
import MartletOps

/// A pointwise function by name: any of `PointwiseFunction.activationNames`.
public struct Activation: Layer {
    public static let kind = "activation"
    public static let standard = Activation("relu")
    public static var fields: [LayerField<Self>] {
        [LayerField("function", \.function, .activation, isRequired: true), LayerField("parameters", \.parameters)]
    }
    public static let elementOrder = ElementOrder.any
    /// One of `PointwiseFunction.activationNames`.
    public var function: String
    /// Values of parameters that are not to be the usual ones, such as `["slope": 0.2]` of leaky_relu.
    public var parameters: [String: Float]
    public var activation: String? { function }

    /// A function that is checked when the model is made: an unknown name or parameter is an error that names the
    /// nearest.
    public init(_ function: String, _ parameters: [String: Float] = [:]) {
        self.function = function
        self.parameters = parameters
    }

    public func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        guard let function = ActivationFunction.named(function) else {
            throw context.refusal("one of \(PointwiseFunction.activationNames.joined(separator: ", "))", found: "'\(function)'")
        }
        guard inputs.count == 1 else { throw context.refusal("one input", inputs) }
        let known = function.parameters.map(\.name)
        for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
            guard known.contains(name) else {
                throw context.refusal("\(known.isEmpty ? "no parameter" : "only \(known.joined(separator: ", "))") for \(function.name)", found: "'\(name)'")
            }
            // Softplus divides by its beta.
            guard value.isFinite, name != "beta" || value > 0 else {
                throw context.refusal("\(name) to be \(name == "beta" ? "above 0" : "a finite number")", found: "\(value)")
            }
        }
        return try context.graph.apply(Pointwise(function.expression(parameters)), inputs)[0]
    }
}

/// max(x, 0).
public func ReLU() -> Activation { Activation("relu") }
/// x > 0 ? x : slope x.
public func LeakyReLU(slope: Float = 0.01) -> Activation { Activation("leaky_relu", ["slope": slope]) }
/// x > 0 ? x : alpha (e^x - 1) (Clevert et al. 2015).
public func ELU(alpha: Float = 1) -> Activation { Activation("elu", ["alpha": alpha]) }
/// scale (x > 0 ? x : alpha (e^x - 1)) (Klambauer et al. 2017).
public func SELU() -> Activation { Activation("selu") }
/// x Phi(x) with the normal distribution function (Hendrycks and Gimpel 2016).
public func GELU() -> Activation { Activation("gelu") }
/// x sigmoid(x), also called swish.
public func SiLU() -> Activation { Activation("silu") }
/// x tanh(softplus(x)) (Misra 2019).
public func Mish() -> Activation { Activation("mish") }
/// x min(max(x + 3, 0), 6) / 6 (Howard et al. 2019).
public func Hardswish() -> Activation { Activation("hardswish") }
/// log(1 + e^(beta x)) / beta for a positive beta.
public func Softplus(beta: Float = 1) -> Activation { Activation("softplus", ["beta": beta]) }
/// The hyperbolic tangent.
public func Tanh() -> Activation { Activation("tanh") }
/// 1 / (1 + e^-x).
public func Sigmoid() -> Activation { Activation("sigmoid") }
