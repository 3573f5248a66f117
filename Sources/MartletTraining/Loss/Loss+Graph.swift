import MartletCore
import MartletGraph
import MartletOps

extension Loss {
    /// How losses become one number.
    public enum Reduction: String, Hashable, Sendable, CaseIterable {
        /// They stay as they are.
        case none
        /// Their sum divided by their number, or by the sum of the weights where there are any.
        case mean
        /// Their sum.
        case sum
    }

    /// Losses before they are reduced.
    public struct Losses: Sendable {
        /// One per sample where the loss scores classes, else one per element.
        public var values: Value
        /// What each counts in the mean, where that is not 1.
        public var weights: Value?

        /// - Parameter weights: one for each value, which has been multiplied by it; nil for 1 each.
        public init(values: Value, weights: Value? = nil) {
            self.values = values
            self.weights = weights
        }
    }

    /// Settings that are tensors, resident on the device: which of them there are is a matter of the settings.
    public struct Constants: Sendable {
        /// One per class.
        public var classWeights: Value?
        /// Of a shape that broadcasts to the outputs'.
        public var positiveWeights: Value?
        /// Those of a loss of the program's own.
        public var custom: [Value] = []

        /// Nil for what the settings of the loss do not have.
        public init(classWeights: Value? = nil, positiveWeights: Value? = nil) {
            self.classWeights = classWeights
            self.positiveWeights = positiveWeights
        }
    }

    /// The values of `Constants`, in its order.
    var constantValues: [(name: String, array: HostArray)] {
        let settings = [("class weights", classWeights), ("positive weights", positiveWeights)].compactMap { name, values in
            values.map { (name, HostArray([$0.count], $0.map { Float($0) })) }
        }
        return settings + (custom?.constants ?? []).enumerated().map { ("constant \($0.offset)", $0.element) }
    }

    /// Leaves for the constants, after the other externals.
    func constants(in graph: inout Graph) -> Constants {
        var values: [String: Value] = [:]
        for (name, array) in constantValues { values[name] = graph.external(name, array.type) }
        var constants = Constants(classWeights: values["class weights"], positiveWeights: values["positive weights"])
        constants.custom = (custom?.constants ?? []).indices.compactMap { values["constant \($0)"] }
        return constants
    }

    /// The losses of outputs. Targets are int32 classes or, for cross-entropy, probabilities; else numbers.
    public func losses(
        _ output: Value, _ targets: Value, _ constants: Constants = Constants(), in graph: inout Graph
    ) throws(ShapeError) -> Losses {
        switch kind {
        case nil: return try customLosses(output, targets, constants, &graph)
        case .crossEntropy: return try crossEntropy(output, targets, constants, &graph)
        case .negativeLogLikelihood: return try negativeLogLikelihood(output, targets, constants, &graph)
        case .multiMargin, .hinge: return try margins(output, targets, constants, &graph)
        case .binaryCrossEntropy:
            if let weights = constants.positiveWeights {
                return Losses(values: try graph.apply(.binaryCrossEntropy, output, targets, weights))
            }
            return Losses(values: try graph.pointwise([output, targets]) { e in
                e.apply(.binaryCrossEntropy, e.operand(0), e.operand(1), e.constant(1))
            })
        case .meanSquaredError, .absoluteError, .smoothL1, .huber:
            let difference = try graph.apply(.subtract, output, targets)
            return Losses(values: try graph.pointwise([difference]) { e in
                switch kind {
                case .smoothL1: e.apply(.smoothL1, e.operand(0), e.constant(Float(beta)))
                case .huber: e.apply(.huber, e.operand(0), e.constant(Float(delta)))
                case .absoluteError: e.apply(.absolute, e.operand(0))
                default: e.apply(.square, e.operand(0))
                }
            })
        }
    }

    /// The mean divides by the sum of the weights where there are any.
    public static func reduced(_ losses: Losses, _ reduction: Reduction, in graph: inout Graph) throws(ShapeError) -> Value {
        switch (reduction, losses.weights) {
        case (.none, _): return losses.values
        case (.sum, _): return try graph.reduce(.sum, losses.values)
        case (.mean, nil): return try graph.reduce(.mean, losses.values)
        case (.mean, let weights?):
            return try graph.apply(.divide, try graph.reduce(.sum, losses.values), try graph.reduce(.sum, weights))
        }
    }

    private func crossEntropy(
        _ x: Value, _ targets: Value, _ constants: Constants, _ graph: inout Graph
    ) throws(ShapeError) -> Losses {
        let hasClasses = graph.type(of: targets).dtype == .int32
        if hasClasses, labelSmoothing == 0, constants.classWeights == nil, ignoredClass == nil {
            return Losses(values: try graph.apply(SoftmaxCrossEntropy(), [x, targets])[0])
        }
        let encoded = hasClasses ? try oneHot(targets, x, &graph) : targets
        var soft = encoded
        if labelSmoothing > 0 {
            let (kept, spread) = (Float(1 - labelSmoothing), Float(labelSmoothing / Double(graph.type(of: x).shape.last)))
            // A row of an ignored class is zero, and stays so: what is spread is a share of the row's sum.
            let total = try column(try graph.reduce(.sum, encoded, axes: 1..<2), &graph)
            soft = try graph.pointwise([encoded, total]) { e in
                e.apply(.multiplyAdd, e.operand(0), e.constant(kept), e.apply(.multiply, e.operand(1), e.constant(spread)))
            }
        }
        if let weights = constants.classWeights { soft = try graph.apply(.multiply, soft, weights) }
        let losses = try graph.apply(SoftTargetCrossEntropy(), [x, soft])[0]
        return Losses(values: losses, weights: hasClasses ? try weights(encoded, constants, &graph) : nil)
    }

    private func negativeLogLikelihood(
        _ x: Value, _ targets: Value, _ constants: Constants, _ graph: inout Graph
    ) throws(ShapeError) -> Losses {
        let encoded = try oneHot(targets, x, &graph)
        let weights = try weights(encoded, constants, &graph)
        let chosen = try graph.apply(.negate, try score(x, encoded, &graph))
        return Losses(values: try weights.map { (weights) throws(ShapeError) in try graph.apply(.multiply, chosen, weights) } ?? chosen, weights: weights)
    }

    private func margins(
        _ x: Value, _ targets: Value, _ constants: Constants, _ graph: inout Graph
    ) throws(ShapeError) -> Losses {
        let encoded = try oneHot(targets, x, &graph)
        let score = try column(try score(x, encoded, &graph), &graph)
        let violations = try graph.pointwise([x, encoded, score]) { e in
            let lead = e.apply(.subtract, e.operand(0), e.operand(2))
            let violation = e.apply(.relu, e.apply(.add, lead, e.constant(Float(margin))))
            let powered = power == 2 ? e.apply(.square, violation) : violation
            return e.apply(.selectPositive, e.operand(1), e.constant(0), powered)
        }
        // PyTorch takes the mean over the classes, CS231n the sum.
        let losses = try graph.reduce(kind == .hinge ? .sum : .mean, violations, axes: 1..<2)
        guard kind == .multiMargin, constants.classWeights != nil,
            let weights = try weights(encoded, constants, &graph)
        else { return Losses(values: losses) }
        // These weights scale the losses, but do not count in their mean.
        return Losses(values: try graph.apply(.multiply, losses, weights))
    }

    private func customLosses(
        _ output: Value, _ targets: Value, _ constants: Constants, _ graph: inout Graph
    ) throws(ShapeError) -> Losses {
        guard let custom else { preconditionFailure("a loss without a kind is the program's own") }
        let losses = try custom.losses(output, targets, constants.custom, in: &graph)
        let (batch, types) = (graph.type(of: output).shape.extents.first, [losses.values, losses.weights].compactMap { $0 }.map { graph.type(of: $0) })
        guard types[0].shape.extents.first == batch, types.allSatisfy({ $0.dtype == .float32 }),
            types.dropFirst().allSatisfy({ $0.shape.extents == [batch] })
        else {
            throw ShapeError(
                "loss '\(name)'", expected: "losses of \(batch ?? 0) samples or of their elements, and for weights one number per sample",
                found: types)
        }
        return losses
    }

    private func oneHot(_ labels: Value, _ x: Value, _ graph: inout Graph) throws(ShapeError) -> Value {
        let shape = graph.type(of: x).shape
        guard shape.rank == 2 else { throw ShapeError(name, expected: "scores of samples x classes", found: [graph.type(of: x)]) }
        return try graph.apply(OneHot(classes: shape[1], ignored: ignoredClass.map { Int32($0) }), [labels])[0]
    }

    /// Each row's score at its label; an infinity elsewhere in the row does no harm.
    private func score(_ x: Value, _ encoded: Value, _ graph: inout Graph) throws(ShapeError) -> Value {
        let chosen = try graph.pointwise([x, encoded]) { e in
            e.apply(.selectPositive, e.operand(1), e.operand(0), e.constant(0))
        }
        return try graph.reduce(.sum, chosen, axes: 1..<2)
    }

    /// What each sample counts: the weight of its class, nothing where the class is ignored; nil where all count alike.
    private func weights(_ encoded: Value, _ constants: Constants, _ graph: inout Graph) throws(ShapeError) -> Value? {
        if let weights = constants.classWeights {
            return try graph.reduce(.sum, try graph.apply(.multiply, encoded, weights), axes: 1..<2)
        }
        return ignoredClass == nil ? nil : try graph.reduce(.sum, encoded, axes: 1..<2)
    }

    private func column(_ values: Value, _ graph: inout Graph) throws(ShapeError) -> Value {
        try graph.reshape(values, [graph.type(of: values).shape[0], 1])
    }
}

extension Loss {
    /// Of one batch: the number that training makes small, and for the metrics the loss and the measure of all samples
    /// together. Where samples have weights, the loss counts as the batch's weighted mean times its number of samples.
    func batch(
        _ output: Value, _ targets: Value, in graph: inout Graph
    ) throws(ShapeError) -> (objective: Value, lossSum: Value, measureSum: Value?) {
        let constants = constants(in: &graph)
        graph.scope = "loss"
        var losses = try losses(output, targets, constants, in: &graph)
        let shape = graph.type(of: losses.values).shape
        if shape.rank > 1 { losses.values = try graph.reduce(.mean, losses.values, axes: 1..<shape.rank) }
        let objective = try Self.reduced(losses, .mean, in: &graph)
        let count = Float(graph.type(of: output).shape[0])
        let lossSum = losses.weights == nil
            ? try graph.reduce(.sum, losses.values)
            : try graph.pointwise([objective]) { e in e.apply(.multiply, e.operand(0), e.constant(count)) }
        let measured = try measure.map { (kind) throws(ShapeError) in try graph.reduce(.sum, try measure(kind, output, targets, &graph)) }
        return (objective, lossSum, measured)
    }

    private func measure(
        _ measure: Measure, _ output: Value, _ targets: Value, _ graph: inout Graph
    ) throws(ShapeError) -> Value {
        if measure == .correct { return try graph.apply(TopClassMatch(), [output, targets])[0] }
        let predicted = kind == .binaryCrossEntropy ? try graph.apply(.sigmoid, output) : output
        let difference = try graph.apply(.subtract, predicted, targets)
        return try graph.reduce(.mean, try graph.apply(.absolute, difference), axes: 1..<2)
    }
}
