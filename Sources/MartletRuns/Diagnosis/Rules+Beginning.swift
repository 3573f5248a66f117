extension Rule {
    static let beginning = [
        Rule(
            name: "bad-initialisation", title: "The weights begin badly",
            advice: "Draw them with he_normal before ReLU and xavier_uniform elsewhere (the default), and scale the inputs to about 1; see martlet study init.",
            evidence: badBeginning),
    ]

    /// Whether the untrained network is surer of itself than usual weights make it. Outputs of a deviation of about 1, which they
    /// give, cost up to about 1 beside ln C, whatever the number of classes.
    static func beginsBadly(_ curves: Curves) -> Bool {
        guard let initial = curves.initialLoss, let expected = curves.run.uninformedLoss, curves.run.settings.options["weights"] == nil
        else { return false }
        return initial > expected + max(expected, 2) || !initial.isFinite
    }

    @Sendable private static func badBeginning(_ curves: Curves) -> String? {
        // Whole layers at zero have nothing to tell their units apart by.
        if let first = curves.run.statistics.first(where: { !$0.parameters.isEmpty }) {
            let matrices = first.parameters.filter { $0.name.hasSuffix(".weight") && $0.count > 1 }
            if let silent = matrices.first(where: { $0.weightNorm == 0 }) {
                return "all weights of '\(silent.name)' are zero after the first step: its units are all the same and stay so"
            }
        }
        guard beginsBadly(curves), let initial = curves.initialLoss, let expected = curves.run.uninformedLoss else { return nil }
        return "before the first step the loss is \(digits(initial)), and a network that knows nothing has ln \(curves.run.settings.data.classNames.count) = \(digits(expected))"
    }
}
