import MartletCore
import MartletGraph
import MartletOps

/// Batch normalisation (Ioffe and Szegedy 2015), as in PyTorch's BatchNorm1d and BatchNorm2d: per channel, over the batch
/// and over the places of images. Training uses the batch's mean and biased variance, and running values take
/// (1 - momentum) of the old and momentum of the new, with the unbiased variance; inference uses the running values, and so does training where they are frozen.
public struct BatchNorm: Layer {
    public static let kind = "batch_norm"
    public static let standard = BatchNorm()
    public static var fields: [LayerField<Self>] {
        [LayerField("epsilon", \.epsilon, .notNegative), LayerField("momentum", \.momentum, .share)]
    }
    /// Added to the variance.
    public var epsilon: Float
    /// The share of the newest batch in the running statistics.
    public var momentum: Float
    public var preservesActivation: Bool { true }

    /// PyTorch's defaults.
    public init(epsilon: Float = 1e-5, momentum: Float = 0.1) {
        self.epsilon = epsilon
        self.momentum = momentum
    }

    public func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        let shape = inputs.first.map { context.shape($0) } ?? .scalar
        guard inputs.count == 1, shape.rank == 2 || context.isImage(inputs[0]) else {
            throw context.refusal("one input of channels, or of images", inputs)
        }
        let channels = shape.last
        let rows = MartletOps.BatchNorm.rows(shape)
        let gamma = context.parameter("weight", [channels], .constant(1))
        let beta = context.parameter("bias", [channels], .constant(0))
        let mean = context.state("running_mean", [channels], 0)
        let variance = context.state("running_var", [channels], 1)
        let operation = MartletOps.BatchNorm(epsilon: epsilon)

        // Statistics that stay are those to normalise by; else training and use would differ.
        if context.mode == .inference || context.isFrozen("running_mean") || context.isFrozen("running_var") {
            let inverse = try operation.inverseDeviation(variance.value, &context.graph)
            return try context.graph.apply(
                Pointwise(MartletOps.BatchNorm.normalise), [inputs[0], mean.value, inverse, gamma, beta])[0]
        }
        guard rows > 1 else {
            throw context.refusal(
                "batches of at least two samples in training, for one value in a channel has no variance (choose another batch size, or drop the last batch)",
                inputs)
        }
        let results = try context.graph.apply(operation, [inputs[0], gamma, beta])
        let unbiased = Float(Double(rows) / Double(rows - 1))
        try leave(results[1], scale: 1, over: mean, &context)
        try leave(results[2], scale: unbiased, over: variance, &context)
        return results[0]
    }

    /// running = (1 - momentum) running + momentum scale new
    private func leave(
        _ new: Value, scale: Float, over old: (value: Value, index: Int), _ context: inout LayerContext
    ) throws(ShapeError) {
        let momentum = momentum
        let next = try context.graph.pointwise([old.value, new]) { e in
            let value = scale == 1 ? e.operand(1) : e.apply(.multiply, e.operand(1), e.constant(scale))
            let share = e.apply(.multiply, e.constant(momentum), value)
            return e.apply(.multiplyAdd, e.operand(0), e.constant(1 - momentum), share)
        }
        try context.graph.leave(next, at: .state(old.index))
    }
}
