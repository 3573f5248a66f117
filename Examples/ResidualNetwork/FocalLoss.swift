import Martlet

/// -(1 - p)^gamma log p, p being the probability of the right class: cross-entropy that lets go of what is easy (Lin et al.
/// 2017, "Focal Loss for Dense Object Detection"). Here gamma is 1 or 2, whose powers need no logarithm.
struct FocalLoss: CustomLoss {
    static let name = "focal"
    static let task = LearningTask.classification
    var gamma = 2

    func losses(
        _ output: Value, _ targets: Value, _ constants: [Value], in graph: inout Graph
    ) throws(ShapeError) -> Loss.Losses {
        guard (1...2).contains(gamma) else { throw ShapeError("loss 'focal'", expected: "a gamma of 1 or 2, not \(gamma)", found: []) }
        // Of the log-probabilities those of the right classes.
        let classes = graph.type(of: output).shape[1]
        let encoded = try graph.apply(OneHot(classes: classes), [targets])[0]
        let logProbability = try graph.reduce(.sum, try graph.apply(.multiply, encoded, try graph.logSoftmax(output)), axes: [1])
        return Loss.Losses(values: try graph.pointwise([logProbability]) { e in
            let missing = e.apply(.subtract, e.constant(1), e.apply(.exp, e.operand(0)))
            let factor = gamma == 2 ? e.apply(.square, missing) : missing
            return e.apply(.negate, e.apply(.multiply, factor, e.operand(0)))
        })
    }
}
