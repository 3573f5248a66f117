import MartletTraining

extension Rule {
    static let activations = [
        Rule(
            name: "dead-relu", title: "Dead units: they give zero whatever comes in, and learn nothing any more",
            advice: "Lower the learning rate, draw weights with he_normal, add --batch-norm, or take leaky_relu or elu.",
            // Units that rest do no harm to a network that has learnt what there is, unless nearly all of them do.
            evidence: { curves in
                let isPoor = curves.reference.map { curves.train.isEmpty || curves.lateTrain > 0.2 * $0 || !curves.lateTrain.isFinite } ?? true
                return layers(curves, atLeast: isPoor ? 0.4 : 0.8, "dead units") { $0.deadShare }
            }),
        Rule(
            name: "saturated", title: "Saturated units: they stand in the flat ends of their activation, where gradients vanish",
            advice: "Draw smaller weights (xavier_uniform), scale the inputs, lower the learning rate, add --batch-norm, or take relu.",
            evidence: { layers($0, atLeast: 0.5, "saturated values") { $0.saturatedShare } }),
    ]

    /// Layers of the last look with a large share.
    private static func layers(
        _ curves: Curves, atLeast limit: Double, _ what: String, _ share: (LayerStatistics) -> Double?
    ) -> String? {
        guard let last = curves.last else { return nil }
        let ill = last.layers.compactMap { layer in share(layer).flatMap { $0 >= limit ? (layer, $0) : nil } }
        guard !ill.isEmpty else { return nil }
        let list = ill.map { "\(percent($1)) in layer \($0.name) (\($0.activation ?? ""))" }.joined(separator: ", ")
        return "\(what) after step \(last.iteration): \(list)"
    }
}
