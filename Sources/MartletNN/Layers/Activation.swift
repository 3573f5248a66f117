import MartletGraph
import MartletOps

/// A pointwise function by name: any of `PointwiseFunction.activationNames`.
public struct Activation: Layer {
    public static let kind = "activation"
    public var function: String
    public var activation: String? { function }

    public init(_ function: String) { self.function = function }

    public func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        guard inputs.count == 1, PointwiseFunction.activationNames.contains(function),
            let function = PointwiseFunction.named(function)
        else {
            throw ShapeError(
                "activation layer '\(function)'",
                expected: "one input and one of \(PointwiseFunction.activationNames.joined(separator: ", "))",
                found: inputs.map { context.graph.type(of: $0) })
        }
        return try context.graph.apply(function, inputs[0])
    }
}

public func ReLU() -> Activation { Activation("relu") }
public func Tanh() -> Activation { Activation("tanh") }
public func Sigmoid() -> Activation { Activation("sigmoid") }
