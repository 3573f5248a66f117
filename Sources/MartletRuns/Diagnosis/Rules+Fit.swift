import MartletTraining

extension Rule {
    static let fit = [
        Rule(
            name: "underfitting", title: "Underfitting: the network does poorly on its training data too",
            advice: "Take a larger network, better features, or less weight decay and dropout; where the loss still falls, train longer.",
            evidence: underfitting),
        Rule(
            name: "overfitting", title: "Overfitting: the network does much worse on data that it has not seen",
            advice: "More data or --augment, --weight-decay, --dropout, a smaller network, or fewer epochs (stop where the validation loss is lowest).",
            evidence: overfitting),
    ]

    @Sendable private static func underfitting(_ curves: Curves) -> String? {
        guard curves.train.count >= 5, let last = curves.run.epochs.last?.train, last.loss.isFinite,
            let reference = curves.reference, last.loss <= 1.5 * reference,
            // A rate that is wrong keeps any network from fitting.
            swinging(curves) == nil, restless(curves) == nil, creeping(curves) == nil
        else { return nil }
        // The loss has come to rest: for half of the run, since a rate that falls to nothing stops any curve in the end.
        let quarter = max(1, curves.train.count / 4)
        let fell = Curves.mean(curves.train.prefix(curves.train.count / 2).suffix(quarter)) - Curves.mean(curves.train.suffix(quarter))
        guard fell < 0.1 * reference, last.loss > 0.3 * reference else { return nil }
        // Both do poorly: where only the training loss is high, its labels are wrong, or units dropped and images changed.
        if let heldOut = curves.heldOut.last, heldOut.loss > 1.5 * last.loss || heldOut.loss < 0.3 * reference { return nil }
        let accuracy = last.accuracy.map { ", its accuracy at \(percent($0))" } ?? ""
        return "after \(curves.train.count) epochs the training loss rests at \(digits(last.loss)) of \(digits(reference))\(accuracy)"
            + (curves.heldOut.last.map { "; the \(curves.heldOutName) loss is \(digits($0.loss))" } ?? "")
    }

    @Sendable private static func overfitting(_ curves: Curves) -> String? {
        guard curves.train.count >= 3, curves.heldOut.count == curves.train.count, let train = curves.run.epochs.last?.train,
            let heldOut = curves.heldOut.last, train.loss.isFinite, heldOut.loss.isFinite, let reference = curves.reference
        else { return nil }
        let losses = curves.heldOut.map(\.loss)
        let (lowest, place) = (losses.min()!, losses.firstIndex(of: losses.min()!)!)
        // The loss of a few samples hangs on one of them.
        let margin = max(0.03, curves.heldOutCount.map { 1 / Double(max(1, $0)).squareRoot() } ?? 0) * reference
        let isRising = heldOut.loss > 1.2 * lowest && place < losses.count - 2 && heldOut.loss - lowest > margin
        let gap = if let known = train.accuracy, let unknown = heldOut.accuracy { known - unknown } else { 0.0 }
        guard heldOut.loss > 2 * train.loss, gap >= max(0.05, 3 * curves.accuracyError(heldOut.accuracy)) || isRising else { return nil }
        var parts = ["the training loss is \(digits(train.loss)) and the \(curves.heldOutName) loss \(digits(heldOut.loss))"]
        if gap > 0 { parts.append("accuracies \(percent(train.accuracy ?? 0)) and \(percent(heldOut.accuracy ?? 0))") }
        if isRising { parts.append("the \(curves.heldOutName) loss was lowest, \(digits(lowest)), after epoch \(place + 1)") }
        return parts.joined(separator: "; ")
    }
}
