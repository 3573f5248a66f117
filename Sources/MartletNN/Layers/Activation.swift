import MartletCore
import MartletGraph
import MartletOps

/// A pointwise function by name: any of `PointwiseFunction.activationNames`.
public struct Activation: Layer {
    public static let kind = "activation"
    public static let standard = Activation("relu")
    public static var fields: [LayerField<Self>] {
        [LayerField("function", \.function, isRequired: true), LayerField("parameters", \.parameters)]
    }
    public static let elementOrder = ElementOrder.any
    public var function: String
    /// Values of parameters that are not to be the usual ones, such as `["slope": 0.2]` of leaky_relu.
    public var parameters: [String: Float]
    public var activation: String? { function }

    public init(_ function: String, _ parameters: [String: Float] = [:]) {
        self.function = function
        self.parameters = parameters
    }

    public func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        guard let function = ActivationFunction.named(function) else {
            throw context.refusal(unknownName("function", function, known: PointwiseFunction.activationNames), inputs)
        }
        guard inputs.count == 1 else { throw context.refusal("one input", inputs) }
        let known = function.parameters.map(\.name)
        for name in parameters.keys.sorted() where !known.contains(name) {
            throw context.refusal(
                "\(known.isEmpty ? "no parameter" : "only \(known.joined(separator: ", "))") for \(function.name), not '\(name)'", inputs)
        }
        return try context.graph.apply(Pointwise(function.expression(parameters)), inputs)[0]
    }
}

public func ReLU() -> Activation { Activation("relu") }
public func LeakyReLU(slope: Float = 0.01) -> Activation { Activation("leaky_relu", ["slope": slope]) }
public func ELU(alpha: Float = 1) -> Activation { Activation("elu", ["alpha": alpha]) }
public func SELU() -> Activation { Activation("selu") }
public func GELU() -> Activation { Activation("gelu") }
public func SiLU() -> Activation { Activation("silu") }
public func Mish() -> Activation { Activation("mish") }
public func Hardswish() -> Activation { Activation("hardswish") }
public func Softplus(beta: Float = 1) -> Activation { Activation("softplus", ["beta": beta]) }
public func Tanh() -> Activation { Activation("tanh") }
public func Sigmoid() -> Activation { Activation("sigmoid") }
