import MartletTraining

/// A run's numbers as rules look at them.
struct Curves: Sendable {
    let run: RunRecord
    /// Mean training losses of the epochs.
    let train: [Double]
    /// Of the validation data, or of the test data where there are none.
    let heldOut: [Evaluation]
    let heldOutName: String

    init(_ run: RunRecord) {
        self.run = run
        train = run.epochs.map(\.train.loss)
        let validation = run.epochs.compactMap(\.validation)
        let isValidated = !validation.isEmpty && validation.count == run.epochs.count
        heldOut = isValidated ? validation : run.epochs.compactMap(\.test)
        heldOutName = isValidated ? "validation" : "test"
    }

    /// Of the untrained network; nil where it was not looked at.
    var initialLoss: Double? { run.statistics.first { $0.iteration == 0 }?.loss }

    /// What a network should do better than: ln C, or what the untrained one did, or the first loss that is known.
    var reference: Double? { run.uninformedLoss ?? initialLoss ?? run.steps.first?.loss ?? train.first }

    /// What a loss of training should not rise above. Dropout makes it larger than that of the same weights in use, so that the
    /// first batch has a say where it was looked at before any step, or where units were dropped.
    var before: Double? {
        let hasDropout = run.settings.layers.contains { $0.kind.hasPrefix("dropout") }
        let first = run.steps.first.flatMap { $0.iteration == 1 || hasDropout ? $0.loss : nil }
        return reference.map { [$0, initialLoss ?? 0, first ?? 0].filter(\.isFinite).max() ?? $0 }
    }

    /// How high single batches came at first, two of them left out for chance. Of numbers, batches differ too much to say.
    var firstPeak: Double? {
        guard run.uninformedLoss != nil, run.steps.count >= 10, run.settings.batchSize * run.settings.accumulation >= 8 else { return nil }
        return run.steps.prefix(max(10, run.steps.count / 10)).map(\.loss).sorted(by: >)[2]
    }

    /// The mean over the second half of the epochs.
    var lateTrain: Double { Self.mean(train.suffix(max(1, train.count / 2))) }

    /// Losses of single batches in the second half of the run.
    var lateSteps: [Double] { run.steps.suffix(run.steps.count / 2).map(\.loss) }

    var heldOutCount: Int? { heldOutName == "validation" ? run.settings.data.validationCount : run.settings.data.testCount }

    /// The standard error of an accuracy on the held-out data, which may be few.
    func accuracyError(_ accuracy: Double?) -> Double {
        guard let accuracy, let count = heldOutCount, count > 0 else { return 0 }
        return (accuracy * (1 - accuracy) / Double(count)).squareRoot()
    }

    /// How much the held-out loss strays from epoch to epoch in the second half of the run.
    var lateJitter: Double? {
        heldOut.count == train.count && train.count >= 5 ? Self.roughness(heldOut.suffix(heldOut.count / 2 + 1).map(\.loss)) : nil
    }

    /// How much losses stray, as a share of their mean: by second differences (of white noise of variance v they have 6 v),
    /// so that a curve that falls does not count as noise.
    static func roughness(_ losses: [Double]) -> Double? {
        guard losses.count >= 4 else { return nil }
        var sum = 0.0
        for place in 1..<losses.count - 1 {
            let bend: Double = losses[place - 1] - 2 * losses[place] + losses[place + 1]
            sum += bend * bend
        }
        let level: Double = mean(losses)
        let variance: Double = sum / Double(losses.count - 2) / 6
        return level > 0 ? variance.squareRoot() / level : nil
    }

    /// The last look at the network.
    var last: NetworkStatistics? { run.statistics.last }

    static func mean(_ values: some Collection<Double>) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }
    static func median(_ values: [Double]) -> Double { values.isEmpty ? .nan : values.sorted()[values.count / 2] }
}

/// Three or four digits.
func digits(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : "\(value)" }
    if value != 0, value.magnitude < 1e-3 || value.magnitude >= 1e6 {
        var (mantissa, power) = (value, 0)
        while mantissa.magnitude >= 10 { (mantissa, power) = (mantissa / 10, power + 1) }
        while mantissa.magnitude < 1 { (mantissa, power) = (mantissa * 10, power - 1) }
        return "\((mantissa * 10).rounded() / 10)e\(power)"
    }
    let scale = value.magnitude >= 100 ? 1.0 : value.magnitude >= 1 ? 100 : 10000
    let text = "\((value * scale).rounded() / scale)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
