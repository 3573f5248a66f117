import Martlet

extension TensorOperation {
    static let normalisations: [TensorOperation] = [
        one(
            "layer_norm", "x, or x, gamma, beta -> (x - mean) / sqrt(variance + epsilon) gamma + beta over the last axes", 1...3,
            [.integer("axes", 1), .number("epsilon", 1e-5)], rows: ["layer_norm"]
        ) { x in
            try x[0].layerNorm(
                axes: x.attributes.integer("axes"), epsilon: x.attributes.number("epsilon"),
                gamma: x.operands.count > 1 ? x[1] : nil, beta: x.operands.count > 2 ? x[2] : nil)
        },
        TensorOperation(
            "batch_norm", "x (rows x channels), gamma, beta -> the normalised rows, and mean and variance of each channel", 3...3,
            results: 3, [.number("epsilon", 1e-5)], rows: ["batch_norm"]
        ) { x in
            let (result, mean, variance) = try x[0].batchNorm(gamma: x[1], beta: x[2], epsilon: x.attributes.number("epsilon"))
            return [result, mean, variance]
        },
        one(
            "dropout", "x -> 0 with probability rate, else x / (1 - rate); equal seed, step and stream give the same places", 1...1,
            [.number("rate", 0.5), .integer("seed", 0), .integer("step", 0), .integer("stream", 0)], rows: ["pointwise"]
        ) { x in
            try x[0].dropout(
                rate: x.attributes.number("rate"), seed: try x.seed(), step: try x.word("step"), stream: try x.word("stream"))
        },
    ]

    static let losses: [TensorOperation] = [
        one(
            "softmax_cross_entropy", "logits (rows x classes), labels (int32) -> each row's -log(softmax at its label)", 2...2,
            rows: ["softmax_cross_entropy"]
        ) { x in try x[0].crossEntropy(x[1]) },
        one(
            "soft_target_cross_entropy", "logits, targets (rows x classes) -> each row's -sum(target log softmax)", 2...2,
            rows: ["soft_target_cross_entropy"]
        ) { x in try x[0].crossEntropy(softTargets: x[1]) },
        one(
            "top_class_match", "logits, labels (int32) -> 1 where a row's first maximum stands at its label, else 0", 2...2,
            rows: ["top_class_match"]
        ) { x in try x[0].matchesTopClass(x[1]) },
    ]

    /// Those without operands, which need a device.
    static let sources: [TensorOperation] = [
        one("full", "one number everywhere", 0...0, [.integers("shape"), .number("value", 0)], rows: ["pointwise"]) { x in
            try Tensor.full(x.attributes.shape("shape"), x.attributes.number("value"), on: x.device)
        },
        one("iota", "0, 1, 2, ... as numbers", 0...0, [.integer("count")]) { x in
            try Tensor.iota(x.attributes.integer("count"), on: x.device)
        },
        one("identity_matrix", "a square matrix with ones on its diagonal", 0...0, [.integer("count")]) { x in
            try Tensor.identity(x.attributes.integer("count"), on: x.device)
        },
        one(
            "uniform", "uniform random numbers from low to below high, the same on every device", 0...0,
            [.integers("shape"), .number("low", 0), .number("high", 1)] + randomness, rows: ["pointwise"]
        ) { x in
            try Tensor.uniform(
                x.attributes.shape("shape"), low: x.attributes.number("low"), high: x.attributes.number("high"),
                seed: try x.seed(), step: try x.word("step"), stream: try x.word("stream"), on: x.device)
        },
        one(
            "normal", "random numbers of mean 0 and variance 1, the same on every device", 0...0, [.integers("shape")] + randomness,
            rows: ["pointwise"]
        ) { x in
            try Tensor.normal(
                x.attributes.shape("shape"), seed: try x.seed(), step: try x.word("step"), stream: try x.word("stream"),
                on: x.device)
        },
    ]

    private static let randomness: [Attribute] = [.integer("seed", 0), .integer("step", 0), .integer("stream", 0)]
}

extension TensorOperation.Request {
    fileprivate func word(_ name: String) throws(CallError) -> UInt32 {
        guard let word = UInt32(exactly: attributes.integer(name)) else {
            throw .usage("expected a '\(name)' of at least 0, found \(attributes.integer(name))")
        }
        return word
    }
    fileprivate func seed() throws(CallError) -> UInt64 { UInt64(try word("seed")) }
}
