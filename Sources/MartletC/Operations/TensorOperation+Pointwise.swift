import Martlet

// Straight from the tables: a function that is added there can be called here.
extension TensorOperation {
    /// The pointwise functions of as many operands as they have arguments.
    static let functions: [TensorOperation] = PointwiseFunction.all
        .filter { function in ActivationFunction.named(function.name) == nil }
        .map { function in
            TensorOperation(function.name, function.text, function.arity...function.arity, rows: ["pointwise"]) { x in
                try Tensor.record(x.operands) { (g, values) throws(ShapeError) in
                    try g.apply(Pointwise(Expression(function)), values)
                }
            }
        }

    /// The activations, whose parameters are attributes.
    static let activations: [TensorOperation] = ActivationFunction.all.map { activation in
        let parameters = activation.parameters
        return one(
            activation.name, activation.function.text, 1...1, parameters.map { .number($0.name, Double("\($0.value)")!) },
            rows: ["pointwise"]
        ) { x in
            let values = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, x.attributes.number($0.name)) })
            return try x[0].activation(activation.name, values)
        }
    }
}
