import MartletCore
import MartletData
import MartletGraph
import MartletOps

/// What training makes small.
public enum Loss: String, Hashable, Sendable, Codable, CaseIterable {
    /// -log softmax(x)[class], for classes.
    case crossEntropy = "cross_entropy"
    /// The mean over the outputs of (x - t)^2, for numbers.
    case meanSquaredError = "mse"

    /// - Throws: `badOption` with the nearest name.
    public init(named name: String) throws(TrainingError) {
        guard let loss = Loss(rawValue: name) else {
            throw .badOption(unknownName("loss", name, known: Loss.allCases.map(\.rawValue)))
        }
        self = loss
    }

    /// What data it needs.
    public var task: LearningTask { self == .crossEntropy ? .classification : .regression }

    /// What is measured beside the loss itself: each a value per sample, whose sum is kept.
    enum Measure: Sendable { case correct, absoluteError }
    var measure: Measure { self == .crossEntropy ? .correct : .absoluteError }

    /// One loss and one measure per sample.
    func apply(
        _ output: Value, _ targets: Value, in graph: inout Graph
    ) throws(ShapeError) -> (losses: Value, measure: Value) {
        graph.scope = "loss"
        switch self {
        case .crossEntropy:
            let losses = try graph.apply(SoftmaxCrossEntropy(), [output, targets])[0]
            return (losses, try graph.apply(TopClassMatch(), [output, targets])[0])
        case .meanSquaredError:
            let difference = try graph.apply(.subtract, output, targets)
            let losses = try graph.reduce(.mean, try graph.apply(.square, difference), axes: 1..<2)
            return (losses, try graph.reduce(.mean, try graph.apply(.absolute, difference), axes: 1..<2))
        }
    }

    /// The number of outputs that a model needs for these data.
    public func outputCount(for data: DataSet) throws(TrainingError) -> Int {
        switch (self, data.targets) {
        case (.crossEntropy, .classes(_, let names)): return names.count
        case (.meanSquaredError, .values(let values, _)): return values.shape[1]
        case (.crossEntropy, .values):
            throw .unsuitableData("the loss 'cross_entropy' needs classes, and the data '\(data.name)' hold numbers; use the loss 'mse'")
        case (.meanSquaredError, .classes):
            throw .unsuitableData("the loss 'mse' needs numbers, and the data '\(data.name)' hold classes; use the loss 'cross_entropy'")
        }
    }
}
