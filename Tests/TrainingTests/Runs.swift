import Martlet

/// Small training runs on real data that the tests share.
enum Runs {
    static let digits = DataSet.digits()

    /// BatchNorm, dropout, two widths that are no multiples of anything.
    static func perceptron() throws -> Model {
        try Model.perceptron(input: [64], widths: [50, 33], outputs: 10, batchNorm: true, dropout: 0.2)
    }

    /// A residual connection, joined freely.
    static func residual() throws -> Model {
        try Model(joining: [64]) { x in
            let hidden = Tanh()(Linear(64)(x))
            return Linear(10)(Sigmoid()(Add()(hidden, x)))
        }
    }

    static func options(epochs: Int = 2, batchSize: Int = 100) -> FitOptions {
        var options = FitOptions()
        options.epochs = epochs
        options.batchSize = batchSize
        return options
    }

    /// The weights' hash after training on a device.
    static func hash(
        _ model: Model, _ optimizer: Optimizer = .adam(), on device: any Device, options: FitOptions = options()
    ) throws -> String {
        let compiled = try model.compile(optimizer: optimizer, on: device, seed: 7)
        _ = try compiled.fit(digits.train, options: options)
        return try compiled.weightsSHA256()
    }
}

/// Stops after some steps.
struct StopAfter: Callback {
    let steps: Int
    private let counter = Counter()

    init(_ steps: Int) { self.steps = steps }

    func progressed(_ progress: Progress, of model: CompiledModel) -> Decision {
        counter.value += 1
        return counter.value >= steps ? .interrupt : .proceed
    }

    private final class Counter { var value = 0 }
}
