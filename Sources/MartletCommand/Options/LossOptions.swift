import ArgumentParser
import Martlet

/// The settings of the losses that have them.
struct LossOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Of cross_entropy: the share of a target that is spread over all classes. Default: 0.", valueName: "share"))
    var labelSmoothing: Double?

    @Option(help: ArgumentHelp("Of cross_entropy, nll and multi_margin: one weight per class, with commas, or balanced (by the training data).", valueName: "numbers"))
    var classWeights: String?

    @Option(help: ArgumentHelp("Of cross_entropy and nll: samples of this class count nothing.", valueName: "class"))
    var ignoreClass: Int?

    @Option(help: ArgumentHelp("Of multi_margin and svm_hinge. Default: 1.", valueName: "number"))
    var margin: Double?

    @Option(help: ArgumentHelp("Of multi_margin: 1 or 2. Default: 1.", valueName: "power"))
    var marginPower: Int?

    @Option(help: ArgumentHelp("Of smooth_l1: where it turns from squared to straight. Default: 1.", valueName: "number"))
    var beta: Double?

    @Option(help: ArgumentHelp("Of huber: where it turns from squared to straight. Default: 1.", valueName: "number"))
    var delta: Double?

    @Option(help: ArgumentHelp("Of bce_with_logits: the weight of targets of 1, for all outputs or one each, with commas.", valueName: "numbers"))
    var posWeight: String?

    private var isBalanced: Bool { classWeights == "balanced" }

    /// The loss with what depends on the training data.
    func completed(_ loss: Loss, for data: DataSet) throws -> Loss {
        guard isBalanced else { return loss }
        guard let weights = data.balancedClassWeights else {
            throw TrainingError.badOption("--class-weights balanced needs classes, and the data '\(data.name)' hold numbers")
        }
        var loss = loss
        try loss.set("class-weights", weights)
        return loss
    }

    /// The loss of a name with what was given; that of the checkpoint where there is neither.
    func loss(named name: String?, otherwise former: Loss?) throws -> Loss {
        var loss = try name.map(Loss.init(named:)) ?? former ?? .crossEntropy
        let given: [(String, [Double]?)] = [
            ("label-smoothing", labelSmoothing.map { [$0] }), ("class-weights", isBalanced ? nil : try Self.numbers("--class-weights", classWeights)),
            ("ignore-class", ignoreClass.map { [Double($0)] }), ("margin", margin.map { [$0] }),
            ("margin-power", marginPower.map { [Double($0)] }), ("beta", beta.map { [$0] }), ("delta", delta.map { [$0] }),
            ("pos-weight", try Self.numbers("--pos-weight", posWeight)),
        ]
        for case (let setting, let values?) in given { try loss.set(setting, values) }
        return loss
    }

    static func numbers(_ option: String, _ text: String?) throws -> [Double]? {
        try text?.split(separator: ",", omittingEmptySubsequences: false).map { word in
            guard let number = Double(word) else { throw TrainingError.badOption("'\(word)' in \(option) \(text!) is no number") }
            return number
        }
    }
}
