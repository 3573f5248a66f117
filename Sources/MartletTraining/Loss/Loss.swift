import MartletCore
import MartletData

/// What training makes small: a kind of loss and its settings. Names and defaults are PyTorch's.
public struct Loss: Hashable, Sendable, Codable {
    /// The losses that Martlet has, by their names in files and on the command line.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// -log softmax(x)[class], or -sum t log softmax(x) for probabilities t.
        case crossEntropy = "cross_entropy"
        /// -x[class], for a model that gives log-probabilities.
        case negativeLogLikelihood = "nll"
        /// The mean over the classes of max(0, margin - x[class] + x[j])^power, j other than the class.
        case multiMargin = "multi_margin"
        /// The sum over the classes of max(0, margin - x[class] + x[j]), j other than the class (Weston and Watkins 1999).
        case hinge = "svm_hinge"
        /// (x - t)^2
        case meanSquaredError = "mse"
        /// |x - t|
        case absoluteError = "l1"
        /// Squared below `beta`, straight beyond, with slope 1.
        case smoothL1 = "smooth_l1"
        /// Squared up to `delta`, straight beyond, with slope `delta`.
        case huber
        /// Cross-entropy of each output by itself, for logits and targets from 0 to 1.
        case binaryCrossEntropy = "bce_with_logits"
    }

    let form: Form
    /// Of cross-entropy: the share of the target that is spread over all classes.
    public var labelSmoothing = 0.0
    /// Of cross-entropy, nll and multi_margin: one weight per class.
    public var classWeights: [Double]?
    /// Of cross-entropy and nll: samples of this class count nothing.
    public var ignoredClass: Int?
    /// Of multi_margin and svm_hinge: how far the right class must lead.
    public var margin = 1.0
    /// Of multi_margin: 1 or 2.
    public var power = 1
    /// Of smooth_l1: where the square goes over into a straight line.
    public var beta = 1.0
    /// Of huber: where the square goes over into a straight line.
    public var delta = 1.0
    /// Of binary cross-entropy: one weight per output for targets of 1, or one for all.
    public var positiveWeights: [Double]?

    /// With the usual settings.
    public init(_ kind: Kind) { form = .known(kind) }
    /// A loss of the program's own.
    public init(_ loss: some CustomLoss) { form = .custom(loss) }

    /// Nil for a loss of the program's own.
    public var kind: Kind? { if case .known(let kind) = form { kind } else { nil } }
    /// Nil for one of Martlet's.
    public var custom: (any CustomLoss)? { if case .custom(let loss) = form { loss } else { nil } }

    enum CodingKeys: String, CodingKey {
        case form = "kind", labelSmoothing, classWeights, ignoredClass, margin, power, beta, delta, positiveWeights
    }

    /// - Throws: `badOption` with the nearest name.
    public init(named name: String) throws(TrainingError) {
        guard let kind = Kind(rawValue: name) else { throw .badOption(unknownName("loss", name, known: Self.names)) }
        self.init(kind)
    }

    /// Of Martlet's losses, as on the command line.
    public static let names = Kind.allCases.map(\.rawValue)
    /// Of the softmax of the outputs against classes.
    public static let crossEntropy = Loss(.crossEntropy)
    /// Of outputs against numbers.
    public static let meanSquaredError = Loss(.meanSquaredError)

    /// As in files and on the command line.
    public var name: String {
        switch form {
        case .known(let kind): kind.rawValue
        case .custom(let loss): type(of: loss).name
        }
    }

    /// Whether the model's outputs are scores of classes.
    public var scoresClasses: Bool {
        switch form {
        case .known(.crossEntropy), .known(.negativeLogLikelihood), .known(.multiMargin), .known(.hinge): true
        case .known(.meanSquaredError), .known(.absoluteError), .known(.smoothL1), .known(.huber), .known(.binaryCrossEntropy): false
        case .custom(let loss): type(of: loss).task == .classification
        }
    }

    /// What data it needs.
    public var task: LearningTask { scoresClasses ? .classification : .regression }

    /// What is measured beside the loss itself: each a value per sample, whose sum is kept.
    enum Measure: Sendable { case correct, absoluteError }
    var measure: Measure? {
        if let custom, !custom.outputsMatchTargets { return nil }
        return scoresClasses ? .correct : .absoluteError
    }

    /// The number of outputs that a model needs for these data.
    public func outputCount(for data: any SampleSource) throws(TrainingError) -> Int {
        let format = data.format
        switch format.targets {
        case .classes(let names):
            guard scoresClasses else {
                throw .unsuitableData("the loss '\(name)' needs numbers, and the data '\(format.name)' hold classes; use the loss 'cross_entropy'")
            }
            return custom?.outputCount(for: names.count) ?? names.count
        case .values(let names):
            guard !scoresClasses else {
                throw .unsuitableData("the loss '\(name)' needs classes, and the data '\(format.name)' hold numbers; use the loss 'mse'")
            }
            return custom?.outputCount(for: names.count) ?? names.count
        }
    }
}
