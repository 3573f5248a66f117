import FoundationEssentials
import MartletFormats
import MartletReport
import MartletTraining

/// What a run writes for TensorBoard.
struct EventLog {
    private let path: String

    init(in folder: RunFolder) throws(FormatError) {
        let time = Date().timeIntervalSince1970
        // A run that goes on has a file of its own, also within the same second.
        var path = folder.path + "/" + EventFile.name(time: time), number = 0
        while File.exists(path) {
            number += 1
            path = folder.path + "/" + EventFile.name(time: time) + ".\(number)"
        }
        self.path = path
        try append(EventFile.header(time: time))
    }

    func append(_ records: [UInt8]) throws(FormatError) { try File.append(records, to: path) }

    func record(_ step: StepEntry) -> [UInt8] {
        record(step.iteration, [("loss/step", .scalar(step.loss)), ("learning_rate", .scalar(step.learningRate))])
    }

    func record(_ epoch: History.Epoch) -> [UInt8] {
        var values: [(String, EventFile.Value)] = [("samples_per_second", .scalar(epoch.samplesPerSecond))]
        for (part, measured) in [("train", epoch.train), ("validation", epoch.validation), ("test", epoch.test)] {
            guard let measured else { continue }
            values.append(("loss/\(part)", .scalar(measured.loss)))
            if let accuracy = measured.accuracy { values.append(("accuracy/\(part)", .scalar(accuracy))) }
            if let error = measured.meanAbsoluteError { values.append(("mean_absolute_error/\(part)", .scalar(error))) }
            if let r2 = measured.r2 { values.append(("r2/\(part)", .scalar(r2))) }
        }
        return record(epoch.iterations, values)
    }

    func record(_ statistics: NetworkStatistics) -> [UInt8] {
        var values: [(String, EventFile.Value)] = []
        for layer in statistics.layers {
            let name = layer.activation.map { "\(layer.name)_\($0)" } ?? layer.name
            let spread = layer.values
            values.append((
                "activations/\(name)",
                .histogram(low: spread.low, high: spread.high, counts: spread.counts, mean: spread.mean, deviation: spread.deviation)
            ))
            values.append(("activation_mean/\(name)", .scalar(spread.mean)))
            values.append(("activation_deviation/\(name)", .scalar(spread.deviation)))
            if let share = layer.deadShare { values.append(("dead/\(name)", .scalar(share))) }
            if let share = layer.saturatedShare { values.append(("saturated/\(name)", .scalar(share))) }
        }
        for parameter in statistics.parameters {
            values.append(("gradient_norm/\(parameter.name)", .scalar(parameter.gradientNorm)))
            if let ratio = parameter.updateRatio { values.append(("update_ratio/\(parameter.name)", .scalar(ratio))) }
        }
        return record(statistics.iteration, values)
    }

    /// What is seen of the run at its end; nil for nothing.
    func record(_ outcome: RunOutcome) -> [UInt8]? {
        var values: [(String, EventFile.Value)] = []
        if let sheet = Filters.sheet(outcome.filters.map(\.image)) { values.append(("filters", .image(sheet))) }
        if let sheet = Filters.sheet(outcome.worst.compactMap { $0.image?.image }) { values.append(("worst_samples", .image(sheet))) }
        return values.isEmpty ? nil : record(outcome.iterations, values)
    }

    private func record(_ step: Int, _ values: [(tag: String, value: EventFile.Value)]) -> [UInt8] {
        EventFile.record(time: Date().timeIntervalSince1970, step: step, values)
    }
}
