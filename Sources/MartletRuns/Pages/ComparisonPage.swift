import MartletReport
import MartletTraining

/// Several runs in one page.
public struct ComparisonPage {
    private let runs: [RunRecord]

    public init(_ runs: [RunRecord]) { self.runs = runs }

    public var html: String {
        var page = Page("Martlet: \(runs.count) runs")
        page.table(table.withoutEmptyColumns)
        var charts = [chart("Validation loss", isLog: true) { $0.validation?.loss }]
        charts.append(chart("Test loss", isLog: true) { $0.test?.loss })
        charts.append(chart("Training loss", isLog: true) { $0.train.loss })
        charts.append(chart("Validation accuracy") { $0.validation?.accuracy })
        charts.append(chart("Test accuracy") { $0.test?.accuracy })
        charts.append(chart("Training accuracy") { $0.train.accuracy })
        charts.append(chart("Validation error") { $0.validation?.meanAbsoluteError })
        charts.append(chart("Test error") { $0.test?.meanAbsoluteError })
        charts.append(byTime)
        page.charts(charts)
        page.heading("What differs")
        page.table(differences)
        page.heading("Diagnosis")
        for run in runs {
            let findings = run.diagnosis()
            page.notice(run.name, findings.isEmpty ? ["nothing is wrong"] : findings.map { "\($0.title): \($0.evidence)" }, isGood: findings.isEmpty)
        }
        return page.html
    }

    /// What each run came to; also for the terminal.
    public var table: Table {
        Table(
            ["run", "epochs", "train loss", "train acc.", "validation loss", "validation acc.", "test loss", "test acc.", "seconds", "state", "diagnosis"],
            runs.map { run in
                let last = run.epochs.last
                func loss(_ part: Evaluation?) -> String { part.map { digits($0.loss) } ?? "" }
                func accuracy(_ part: Evaluation?) -> String { part?.accuracy.map(percent) ?? "" }
                return [
                    run.name, "\(run.epochs.count)", loss(last?.train), accuracy(last?.train), loss(last?.validation),
                    accuracy(last?.validation), loss(last?.test), accuracy(last?.test),
                    digits(run.epochs.reduce(0) { $0 + $1.seconds }), run.outcome?.state.rawValue ?? "under way",
                    run.diagnosis().map(\.rule).joined(separator: ", "),
                ]
            })
    }

    /// Above which a loss is left out of a chart: a run that diverges would press all others into one line. The table says where it
    /// ended.
    private func limit(of losses: [Double]) -> Double {
        let losses = losses.filter { $0.isFinite && $0 > 0 }.sorted()
        return losses.isEmpty ? .infinity : 1000 * losses[losses.count / 2]
    }

    private func chart(_ title: String, isLog: Bool = false, _ value: (History.Epoch) -> Double?) -> LineChart {
        let limit = isLog ? self.limit(of: runs.flatMap { $0.epochs.compactMap(value) }) : .infinity
        var series: [LineChart.Series] = []
        for (place, run) in runs.enumerated() {
            var points: [(x: Double, y: Double)] = []
            for entry in run.epochs {
                if let measured = value(entry) { points.append((Double(entry.epoch), measured <= limit ? measured : .nan)) }
            }
            if !points.isEmpty { series.append(LineChart.Series(run.name, points, colour: place)) }
        }
        return LineChart(title, x: "epoch", y: "", series, isLogY: isLog)
    }

    /// Which run is better when each has had the same time.
    private var byTime: LineChart {
        let limit = self.limit(of: runs.flatMap { $0.epochs.map(\.train.loss) })
        var series: [LineChart.Series] = []
        for (place, run) in runs.enumerated() {
            var (seconds, points) = (0.0, [(x: Double, y: Double)]())
            for entry in run.epochs {
                seconds += entry.seconds
                points.append((seconds, entry.train.loss <= limit ? entry.train.loss : .nan))
            }
            series.append(LineChart.Series(run.name, points, colour: place))
        }
        return LineChart("Training loss over time", x: "seconds of training", y: "", series, isLogY: true)
    }

    /// Settings that are not the same in all runs.
    private var differences: Table {
        let rows = runs.map { settings(of: $0) }
        let names = rows.first?.map(\.name) ?? []
        let different = names.indices.filter { place in Set(rows.map { $0[place].value }).count > 1 }
        var cells: [[String]] = []
        for (run, row) in zip(runs, rows) { cells.append([run.name] + different.map { row[$0].value }) }
        return Table(["run"] + different.map { names[$0] }, cells)
    }

    /// Each setting by name, as text.
    private func settings(of run: RunRecord) -> [(name: String, value: String)] {
        let settings = run.settings
        let layers = settings.layers.map { "\($0.activation ?? $0.kind) \($0.outputShape)" }.joined(separator: " → ")
        let rule = settings.optimizerSettings.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        var rows: [(name: String, value: String)] = []
        rows.append(("data", settings.data.name))
        rows.append(("training samples", "\(settings.data.trainCount)"))
        rows.append(("layers", layers))
        rows.append(("parameters", "\(settings.parameterCount)"))
        rows.append(("loss", settings.loss))
        rows.append(("optimizer", settings.optimizer))
        rows.append(("learning rate", "\(settings.learningRate)"))
        rows.append(("weight decay", "\(settings.weightDecay)"))
        rows.append(("optimizer's settings", rule))
        rows.append(("batch size", "\(settings.batchSize)"))
        rows.append(("epochs", "\(settings.epochs)"))
        for name in RunSettings.optionNames { rows.append((name, settings.options[name] ?? "")) }
        rows.append(("seed", "\(settings.seed)"))
        rows.append(("device", settings.device))
        rows.append(("weights' SHA-256", run.outcome?.weightsSHA256.map { String($0.prefix(12)) } ?? ""))
        return rows
    }
}
