import MartletData
import MartletFormats
import MartletReport
import MartletTraining

/// What a study came to: one page, one table, and lines of JSON.
public protocol StudyResult: Sendable {
    var page: Page { get }
    var table: Table { get }
    var json: [[JSONValue.Member]] { get }
}

/// Stops a study between two runs or two steps.
public protocol StudyObserver {
    func started(_ what: String)
    var shouldStop: Bool { get }
}

/// Watches one run of a study.
final class StudyWatch: Callback {
    private(set) var epochs: [History.Epoch] = []
    private let observer: any StudyObserver
    private let afterStep: (CompiledModel) throws(TrainingError) -> Void

    init(_ observer: any StudyObserver, afterStep: @escaping (CompiledModel) throws(TrainingError) -> Void = { _ in }) {
        (self.observer, self.afterStep) = (observer, afterStep)
    }

    func progressed(_ progress: Progress, of model: CompiledModel) throws(TrainingError) -> Decision {
        try afterStep(model)
        return observer.shouldStop ? .interrupt : .proceed
    }

    func finished(_ epoch: History.Epoch, of model: CompiledModel) -> Decision {
        epochs.append(epoch)
        return .proceed
    }
}

extension StudyWatch {
    /// Trains a case of a study: its epochs, and why it stopped where a value was not finite.
    ///
    /// - Throws: whatever else ends training.
    static func fit(
        _ compiled: CompiledModel, _ train: DataSet, test: DataSet, _ options: FitOptions, _ observer: any StudyObserver
    ) throws(TrainingError) -> (epochs: [History.Epoch], problem: String?) {
        let watch = StudyWatch(observer)
        do throws(TrainingError) {
            _ = try compiled.fit(train, test: test, options: options, callbacks: [watch])
        } catch {
            switch error {
            case .notFinite(let epoch, let step, let value, _), .diverged(let epoch, let step, let value, _):
                return (watch.epochs, "\(value) is not finite in epoch \(epoch), step \(step)")
            default: throw error
            }
        }
        return (watch.epochs, nil)
    }
}

extension FitOptions {
    /// What a study says; batches are no larger than the data.
    init(epochs: Int, batchSize: Int, of train: DataSet) {
        self.init()
        (self.epochs, self.batchSize) = (epochs, min(batchSize, train.count))
    }
}

extension JSONValue {
    /// JSON knows no NaN and no infinity.
    static func finite(_ value: Double?) -> JSONValue { value.map { $0.isFinite ? .number($0) : .null } ?? .null }
}

/// Three or four digits; nothing for nothing.
func digits(_ value: Double?) -> String { value.map(short) ?? "" }
func percent(_ share: Double?) -> String { share.map { "\(($0 * 1000).rounded() / 10) %" } ?? "" }

/// A line for each run: something that was measured, against epochs.
func curves(
    _ runs: [(name: String, epochs: [History.Epoch])], _ value: (History.Epoch) -> Double?
) -> [LineChart.Series] {
    var series: [LineChart.Series] = []
    for (place, run) in runs.enumerated() {
        var points: [(x: Double, y: Double)] = []
        for epoch in run.epochs {
            if let measured = value(epoch) { points.append((Double(epoch.epoch), measured)) }
        }
        series.append(LineChart.Series(run.name, points, colour: place))
    }
    return series
}
