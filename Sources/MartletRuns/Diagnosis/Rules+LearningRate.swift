extension Rule {
    static let learningRate = [
        Rule(
            name: "learning-rate-too-high", title: "The learning rate is too high: the loss diverges or swings",
            advice: "Divide --learning-rate by 3 to 10; --clip-norm 1 helps where single steps are to blame.",
            evidence: swinging),
        Rule(
            name: "learning-rate-too-high-later", title: "The learning rate was right at first and is too high now",
            advice: "Let it fall while training goes on (a tenth for the last third of the epochs), or train the last epochs with a smaller one.",
            evidence: restless),
        Rule(
            name: "learning-rate-too-low", title: "The learning rate is too low: the loss still falls in a straight line",
            advice: "Multiply --learning-rate by 3 to 10, or train for many more epochs.", evidence: creeping),
        Rule(
            name: "small-batch", title: "The loss is noisy because the batch is small",
            advice: "Take a larger --batch-size (32 or more), or a smaller learning rate.", evidence: noisy),
    ]

    @Sendable static func swinging(_ curves: Curves) -> String? {
        if curves.run.outcome?.state == .notFinite { return curves.run.outcome?.message ?? "a value became infinite" }
        guard let last = curves.train.last, let reference = curves.reference else { return nil }
        guard last.isFinite else { return "the training loss of the last epoch is \(last)" }
        let lowest = curves.train.min()!
        // Weights that begin badly are not the rate's fault.
        let before = curves.before ?? reference
        if last > 1.5 * before {
            return "the training loss ends at \(digits(last)), worse than the \(digits(before)) of the untrained network"
        }
        if let place = curves.train.firstIndex(where: { $0 > 1.5 * before }) {
            return "the training loss jumped to \(digits(curves.train[place])) in epoch \(place + 1), from \(digits(before)) before the first step"
        }
        // A network that is thrown far away at first may come back, and yet not to where it would have been.
        if let peak = curves.firstPeak, peak > 1.5 * before, last > 0.1 * reference {
            return "the loss of single batches rose to \(digits(peak)) at first, from \(digits(before)), and the training loss has come down to \(digits(last)) only"
        }
        if let layer = killed(curves), last > 0.2 * reference {
            return "training killed layer \(layer.name): \(percent(layer.before)) of its units were dead before the first step and \(percent(layer.after)) are now, and the training loss rests at \(digits(last))"
        }
        // Swings of a loss that is next to nothing are harmless.
        guard curves.train.count >= 5, curves.lateTrain > 0.05 * reference else { return nil }
        if let jitter = curves.lateJitter, jitter > 0.25 {
            return "the \(curves.heldOutName) loss strays by \(percent(jitter)) of itself from epoch to epoch"
        }
        let rises = zip(curves.train, curves.train.dropFirst()).count { $1 > 1.05 * $0 }
        guard Double(rises) >= 0.3 * Double(curves.train.count - 1) else { return nil }
        return "the training loss rose by more than 5 % in \(rises) of \(curves.train.count - 1) epochs, and stands at \(digits(last)) after a best of \(digits(lowest))"
    }

    /// A layer that has lost nearly all of its units while it was trained.
    private static func killed(_ curves: Curves) -> (name: String, before: Double, after: Double)? {
        guard let first = curves.run.statistics.first(where: { $0.iteration == 0 }), let last = curves.last else { return nil }
        for (before, after) in zip(first.layers, last.layers) {
            if let before = before.deadShare, let share = after.deadShare, before < 0.5, share > 0.8 { return (after.name, before, share) }
        }
        return nil
    }

    @Sendable static func restless(_ curves: Curves) -> String? {
        guard curves.train.count >= 6, swinging(curves) == nil, let reference = curves.reference else { return nil }
        let third = curves.train.count / 3
        let early = curves.train[third - 1]
        let (before, late) = (Curves.mean(curves.train.dropLast(third).suffix(third)), Curves.mean(curves.train.suffix(third)))
        // It fell fast, and then no further, while the weights are thrown about: what they give for other data changes from
        // epoch to epoch. Of labels that are only hard to tell, the latter is not so. A small loss strays more by itself.
        guard early < 0.75 * reference, late > 0.9 * before, late > 0.05 * reference, let jitter = curves.lateJitter,
            jitter > (late > 0.2 * reference ? 0.04 : 0.08)
        else { return nil }
        return "the training loss fell to \(digits(early)) in \(third) epochs and then stood still (\(digits(before)), then \(digits(late))), while the \(curves.heldOutName) loss strays by \(percent(jitter)) of itself from epoch to epoch"
    }

    @Sendable static func creeping(_ curves: Curves) -> String? {
        guard curves.train.count >= 4, swinging(curves) == nil, !beginsBadly(curves), let reference = curves.reference, let first = curves.train.first, let last = curves.train.last,
            last > 0.75 * min(first, reference)
        else { return nil }
        let middle = curves.train.count / 2
        let falls = (
            early: (first - curves.train[middle]) / Double(middle),
            late: (curves.train[middle] - last) / Double(curves.train.count - 1 - middle)
        )
        guard falls.late > 1e-4 * reference, falls.early > 0, (0.5...2).contains(falls.late / falls.early) else { return nil }
        return "the training loss falls by \(digits(falls.late)) an epoch, as it did at first (\(digits(falls.early))), and stands at \(digits(last)) of \(digits(first))"
    }

    @Sendable private static func noisy(_ curves: Curves) -> String? {
        guard curves.run.settings.batchSize * curves.run.settings.accumulation <= 8, let reference = curves.reference,
            // Noise does harm where it keeps the loss from falling.
            curves.train.count < 4 || curves.train.last! > 0.75 * curves.train[curves.train.count / 2 - 1],
            curves.lateSteps.count >= 10, let roughness = Curves.roughness(curves.lateSteps), roughness > 0.6, Curves.mean(curves.lateSteps) > 0.1 * reference
        else { return nil }
        return "with \(curves.run.settings.batchSize) samples to a batch, the loss of single batches strays by \(percent(roughness)) of itself (mean \(digits(Curves.mean(curves.lateSteps))))"
    }
}
