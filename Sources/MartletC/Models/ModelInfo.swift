import Martlet

extension ModelHandle {
    /// What `martlet_model_info` says.
    func info() throws -> JSONValue {
        try use { model in
            [
                "inputShape": .array(model.model.inputShape.extents.map { .integer($0) }),
                "outputShape": .array(model.model.outputShape.extents.map { .integer($0) }),
                "parameters": .integer(model.model.parameterCount), "loss": .string(model.loss.name),
                "classes": data?.classNames.map { .array($0.map { .string($0) }) } ?? .null,
                "featureDivisor": .number(Double(data?.featureDivisor ?? 1)),
                "description": try JSONValue(encoding: model.model), "epochs": .array(epochs.map(\.json)),
            ]
        }
    }
}

extension Evaluation {
    /// Numbers that are not finite are null.
    var json: JSONValue {
        let measures = [("accuracy", accuracy), ("meanAbsoluteError", meanAbsoluteError), ("r2", r2)]
        return .object(
            [.init("loss", .number(loss))] + measures.compactMap { name, value in value.map { .init(name, .number($0)) } })
    }
}

extension History.Epoch {
    fileprivate var json: JSONValue {
        [
            "epoch": .integer(epoch), "iterations": .integer(iterations), "train": train.json,
            "validation": validation?.json ?? .null, "seconds": .number(seconds), "samplesPerSecond": .number(samplesPerSecond),
        ]
    }
}
