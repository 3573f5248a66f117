import MartletTraining

extension Rule {
    static let gradients = [
        Rule(
            name: "vanishing-gradients", title: "Vanishing gradients: the first layers hardly learn",
            advice: "Take relu instead of a saturating activation, he_normal or xavier_uniform weights, --batch-norm, shortcuts (resnet), or fewer layers.",
            evidence: { curves in
                guard let ratio = gradientRatio(curves), ratio.value < 1e-3 else { return nil }
                return "the gradient of '\(ratio.first)' is \(digits(ratio.value)) times that of '\(ratio.last)' (by element, the median over the run)"
            }),
        Rule(
            name: "exploding-gradients", title: "Exploding gradients: they grow from layer to layer",
            advice: "Draw smaller weights (he_normal, xavier_uniform), add --batch-norm, --clip-norm 1, or lower the learning rate.",
            evidence: exploding),
    ]

    @Sendable private static func exploding(_ curves: Curves) -> String? {
        if let ratio = gradientRatio(curves), ratio.value > 1e3 {
            return "the gradient of '\(ratio.first)' is \(digits(ratio.value)) times that of '\(ratio.last)' (by element, the median over the run)"
        }
        let norms = curves.run.statistics.filter { !$0.parameters.isEmpty }.map { look in
            look.parameters.reduce(0) { $0 + $1.gradientNorm * $1.gradientNorm }.squareRoot()
        }
        guard let largest = norms.max(), largest > 1e3 || !largest.isFinite else { return nil }
        return "the norm of all gradients reaches \(digits(largest))"
    }

    /// The first layer's gradient against the last layer's, among weights of at least three layers.
    private static func gradientRatio(_ curves: Curves) -> (value: Double, first: String, last: String)? {
        let looks = curves.run.statistics.map { look in
            look.parameters.filter { $0.name.hasSuffix(".weight") && isMatrix($0, curves.run) && !curves.run.settings.frozen.contains($0.name) }
        }.filter { $0.count >= 3 }
        let ratios = looks.compactMap { weights -> Double? in
            let (first, last) = (weights.first!.gradientRMS, weights.last!.gradientRMS)
            return first.isFinite && last > 0 ? first / last : nil
        }
        guard !ratios.isEmpty, let names = looks.first else { return nil }
        return (Curves.median(ratios), names.first!.name, names.last!.name)
    }

    /// Weights of linear and convolution layers, not those of norms.
    private static func isMatrix(_ parameter: ParameterStatistics, _ run: RunRecord) -> Bool {
        let layer = run.settings.layers.first { parameter.name.hasPrefix($0.name + ".") }
        return layer.map { $0.kind == "linear" || $0.kind.hasPrefix("conv") } ?? false
    }
}
