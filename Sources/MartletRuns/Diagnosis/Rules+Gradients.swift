import MartletTraining

extension Rule {
    static let gradients = [
        Rule(
            name: "vanishing-gradients", title: "Vanishing gradients: the first layers hardly learn",
            advice: "Take relu instead of a saturating activation, he_normal or xavier_uniform weights, --batch-norm, shortcuts (resnet), or fewer layers.",
            evidence: vanishing),
        Rule(
            name: "exploding-gradients", title: "Exploding gradients: they grow from layer to layer",
            advice: "Draw smaller weights (he_normal, xavier_uniform), add --batch-norm, --clip-norm 1, or lower the learning rate.",
            evidence: exploding),
    ]

    @Sendable private static func vanishing(_ curves: Curves) -> String? {
        guard let ratios = gradientRatios(curves) else { return nil }
        if Curves.median(ratios.values) < 1e-3 { return text(ratios, Curves.median(ratios.values), "the median over the run") }
        // Some optimizers find a way out; until then they learn next to nothing.
        let early = Curves.median(Array(ratios.values.prefix(max(1, ratios.values.count / 4))))
        guard early < 1e-3, let reference = curves.reference, let first = curves.train.first, first > 0.75 * reference else { return nil }
        return text(ratios, early, "the median at first") + ", and the first epoch's training loss is still \(digits(first)) of \(digits(reference))"
    }

    private static func text(_ ratios: (values: [Double], first: String, last: String), _ value: Double, _ which: String) -> String {
        "the gradient of '\(ratios.first)' is \(digits(value)) times that of '\(ratios.last)' (by element, \(which))"
    }

    @Sendable private static func exploding(_ curves: Curves) -> String? {
        if let ratios = gradientRatios(curves), Curves.median(ratios.values) > 1e3 {
            return text(ratios, Curves.median(ratios.values), "the median over the run")
        }
        let norms = curves.run.statistics.filter { !$0.parameters.isEmpty }.map { look in
            look.parameters.reduce(0) { $0 + $1.gradientNorm * $1.gradientNorm }.squareRoot()
        }
        // Losses of numbers have the scale of these.
        let scale = curves.run.uninformedLoss == nil ? max(1, curves.reference ?? 1) : 1
        guard let largest = norms.max(), largest > 1e3 * scale || !largest.isFinite else { return nil }
        return "the norm of all gradients reaches \(digits(largest))"
    }

    /// Look by look, the first layer's gradient against the last layer's, among weights of at least three layers.
    private static func gradientRatios(_ curves: Curves) -> (values: [Double], first: String, last: String)? {
        let looks = curves.run.statistics.map { look in
            look.parameters.filter { $0.name.hasSuffix(".weight") && isMatrix($0, curves.run) && !curves.run.settings.frozen.contains($0.name) }
        }.filter { $0.count >= 3 }
        let ratios = looks.compactMap { weights -> Double? in
            let (first, last) = (weights.first!.gradientRMS, weights.last!.gradientRMS)
            return first.isFinite && last > 0 ? first / last : nil
        }
        guard !ratios.isEmpty, let names = looks.first else { return nil }
        return (ratios, names.first!.name, names.last!.name)
    }

    /// Weights of linear and convolution layers, not those of norms.
    private static func isMatrix(_ parameter: ParameterStatistics, _ run: RunRecord) -> Bool {
        let layer = run.settings.layers.first { parameter.name.hasPrefix($0.name + ".") }
        return layer.map { $0.kind == "linear" || $0.kind.hasPrefix("conv") } ?? false
    }
}
