extension Rule {
    static let data = [
        Rule(
            name: "constant-features", title: "Features that never change say nothing", advice: "Drop the columns, or mend how they were written.",
            evidence: { curves in
                let names = curves.run.settings.data.constantFeatures
                guard !names.isEmpty else { return nil }
                return "\(names.count) column\(names.count == 1 ? " has" : "s have") one value in all training samples: \(names.prefix(5).joined(separator: ", "))\(names.count > 5 ? ", …" : "")"
            }),
        Rule(
            name: "unbalanced-classes", title: "Classes of very different size",
            advice: "Give --class-weights, gather more of the rare classes, and look at the confusion matrix rather than at the accuracy.",
            evidence: { curves in
                let data = curves.run.settings.data
                guard data.classCounts.count > 1, let most = data.classCounts.max(), let least = data.classCounts.min(),
                    most >= 10 * max(1, least)
                else { return nil }
                func name(_ count: Int) -> String { data.classNames[data.classCounts.firstIndex(of: count)!] }
                return "'\(name(most))' has \(most) training samples and '\(name(least))' \(least)"
            }),
        Rule(
            name: "test-in-training", title: "Test samples stand in the training set too, so the test flatters",
            advice: "Take duplicates out before the data are divided.",
            evidence: { curves in
                let data = curves.run.settings.data
                // One or two may be chance, where features are coarse.
                guard let twins = data.testInTraining, let count = data.testCount, twins >= 3, Double(twins) >= 0.005 * Double(count)
                else { return nil }
                return "\(twins) of \(count) test samples are in the training set, value for value"
            }),
        Rule(
            name: "contradictory-labels", title: "Equal samples with different labels", advice: "Look at these samples: labels are wrong, or features are missing that tell them apart.",
            evidence: { curves in
                let data = curves.run.settings.data
                guard let count = data.contradictions, Double(count) >= 0.01 * Double(max(1, data.trainCount)), count > 1 else { return nil }
                return "\(count) of \(data.trainCount) training samples have a twin with another label"
            }),
    ]
}
