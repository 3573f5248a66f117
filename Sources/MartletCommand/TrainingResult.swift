import Martlet

/// What a run came to on one backend.
struct TrainingResult {
    let compiled: CompiledModel
    let transfer: WeightTransfer?
    let backend: String
    let device: String
    let test: Evaluation
    let history: History
    let weightsSHA256: String
    let totalSeconds: Double

    var json: JSONValue {
        .object(
            [
                .init("backend", .string(backend)), .init("device", .string(device)),
                .init("weightsSHA256", .string(weightsSHA256)),
            ] + history.endJSON + test.json("test") + [.init("totalSeconds", .number(totalSeconds))]
                + (transfer.map { [.init("start", $0.json)] } ?? []))
    }

    static func table(_ results: [TrainingResult]) -> String {
        let isClassification = results[0].test.accuracy != nil
        let heading = ["backend", "device"] + (isClassification ? ["test accuracy"] : ["test MAE", "test R2"])
            + ["test loss", "seconds", "samples/s"]
        let rows = results.map { result -> [String] in
            let trained = result.history.epochs.map { $0.seconds * $0.samplesPerSecond }.reduce(0, +)
            let seconds = result.history.epochs.map(\.seconds).reduce(0, +)
            let measures = isClassification
                ? [Format.percent(result.test.accuracy)]
                : [Format.fixed(result.test.meanAbsoluteError, 4), Format.fixed(result.test.r2, 4)]
            return [result.backend, result.device] + measures
                + [
                    Format.fixed(result.test.loss, 4), Format.fixed(result.totalSeconds, 2),
                    seconds > 0 ? Format.count(trained / seconds) : "-",
                ]
        }
        return Format.table([heading] + rows, left: [0, 1])
    }
}

extension Evaluation {
    /// `testLoss`, `testAccuracy` or `testMeanAbsoluteError` and `testR2`.
    func json(_ part: String) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = [.init("\(part)Loss", .finite(loss))]
        if let accuracy { members.append(.init("\(part)Accuracy", .finite(accuracy))) }
        if let meanAbsoluteError {
            members.append(.init("\(part)MeanAbsoluteError", .finite(meanAbsoluteError)))
            members.append(.init("\(part)R2", r2.map(JSONValue.finite) ?? .null))
        }
        return members
    }

    /// Refuses a loss that is not finite, by what messages call it.
    func checkFinite(_ what: String) throws(TrainingError) {
        guard loss.isFinite else { throw .notFiniteResult(what) }
    }

    /// `loss 0.1234, accuracy 97.22 %`
    var text: String {
        var parts = ["loss \(Format.fixed(loss, 4))"]
        if let accuracy { parts.append("accuracy \(Format.percent(accuracy))") }
        if let meanAbsoluteError { parts.append("MAE \(Format.fixed(meanAbsoluteError, 4)), R2 \(Format.fixed(r2, 4))") }
        return parts.joined(separator: ", ")
    }
}

extension History {
    /// Which weights the run ended with, where they are not those of its last step, and whether it ended early.
    fileprivate var endJSON: [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        if let stoppedEarly { members.append(.init("stoppedEarly", .bool(stoppedEarly))) }
        if let kept {
            members += [.init("keptWeights", .string(kept.weights.rawValue)), .init("keptEpoch", .integer(kept.epoch))]
            members += kept.validation?.json("validation") ?? []
        }
        return members
    }

    /// The same as a line for people; nil where there is nothing to say.
    var endLine: String? {
        var parts: [String] = []
        if stoppedEarly == true { parts.append("stopped early after epoch \(epochs.last?.epoch ?? 0)") }
        if let kept {
            parts.append(kept.weights == .best ? "the weights are those of epoch \(kept.epoch), the best" : "the weights are averages up to epoch \(kept.epoch)")
            if let validation = kept.validation { parts.append("validation \(validation.text)") }
        }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
}

extension History.Epoch {
    func json(backend: String) -> JSONValue {
        // Without a validation set its fields are there, and null.
        let missing = train.accuracy == nil ? ["Loss", "MeanAbsoluteError", "R2"] : ["Loss", "Accuracy"]
        let validation = self.validation?.json("validation") ?? missing.map { .init("validation\($0)", .null) }
        let test = self.test?.json("test") ?? missing.map { .init("test\($0)", .null) }
        let measured = train.json("train") + validation + test
        return .object(
            [.init("backend", .string(backend)), .init("epoch", .integer(epoch)), .init("iterations", .integer(iterations))] + measured
                + [.init("seconds", .finite(seconds)), .init("samplesPerSecond", .finite(samplesPerSecond))]
                + [.init("learningRate", learningRate.map(JSONValue.finite) ?? .null)]
                + (momentum.map { [.init("momentum", .finite($0))] } ?? [])
                + (penalty.map { [.init("trainPenalty", .finite($0))] } ?? []))
    }

    /// - Parameter showsRate: whether the learning rate changes from epoch to epoch.
    func line(of epochs: Int, showsRate: Bool) -> String {
        var parts = ["train \(train.text)"]
        if let penalty { parts[0] += ", penalty \(Format.fixed(penalty, 4))" }
        if let validation { parts.append("validation \(validation.text)") }
        if let test { parts.append("test \(test.text)") }
        if showsRate, let learningRate { parts.append("rate \(Format.scientific(learningRate))") }
        parts.append("\(Format.count(samplesPerSecond)) samples/s")
        return "epoch \(Format.leftPadded("\(epoch)", "\(epochs)".count))/\(epochs)  " + parts.joined(separator: "  ")
    }
}

extension JSONValue {
    /// JSON knows no NaN and no infinity: null says that there is no number.
    static func finite(_ value: Double) -> JSONValue { value.isFinite ? .number(value) : .null }
}
