import MartletCore
import MartletGraph
import MartletOps

/// A pointwise function by name: any of `PointwiseFunction.activationNames`.
public struct Activation: Layer {
    public static let kind = "activation"
    public var function: String
    /// Values of parameters that are not to be the usual ones, such as `["slope": 0.2]` of leaky_relu.
    public var parameters: [String: Float]
    public var activation: String? { function }

    public init(_ function: String, _ parameters: [String: Float] = [:]) {
        self.function = function
        self.parameters = parameters
    }

    public func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        func refused(_ expected: String) -> ShapeError {
            ShapeError("activation layer '\(function)'", expected: expected, found: inputs.map { context.graph.type(of: $0) })
        }
        guard inputs.count == 1, let function = ActivationFunction.named(function) else {
            throw refused("one input and one of \(PointwiseFunction.activationNames.joined(separator: ", "))")
        }
        let known = function.parameters.map(\.name)
        for name in parameters.keys.sorted() where !known.contains(name) {
            throw refused(known.isEmpty ? "no parameter; found '\(name)'" : "only \(known.joined(separator: ", ")); found '\(name)'")
        }
        return try context.graph.apply(Pointwise(function.expression(parameters)), inputs)[0]
    }
}

/// In a description the parameters stand beside the function's name, and are left out where they are the usual ones.
extension Activation {
    private enum Key: String, CodingKey { case function, parameters }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        function = try container.decode(String.self, forKey: .function)
        parameters = try container.decodeIfPresent([String: Float].self, forKey: .parameters) ?? [:]
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(function, forKey: .function)
        if !parameters.isEmpty { try container.encode(parameters, forKey: .parameters) }
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
