import Martlet
import MartletReport
import MartletSearch

/// A search as a page: what was best, what each trial chose, how the best came about, and which parameters mattered.
struct SearchPage {
    private let space: SearchSpace
    private let trials: [Trial]
    private let best: Trial
    private let importance: [(name: String, share: Double)]?
    private let method: String
    private let objective: String
    private let command: String

    init(
        _ space: SearchSpace, _ trials: [Trial], best: Trial, importance: [(name: String, share: Double)]?, method: String,
        objective: String, command: String
    ) {
        (self.space, self.trials, self.best, self.importance) = (space, trials, best, importance)
        (self.method, self.objective, self.command) = (method, objective, command)
    }

    var html: String {
        var page = Page("Search")
        let failed = trials.count { $0.status != .done }
        page.paragraph("\(trials.count) trials by \(method), \(failed) of which diverged or failed; judged by \(objectiveName). The best is trial \(best.number), with \(Format.fixed(best.objective, 4)):")
        page.paragraph(command)
        page.charts([coordinates])
        page.charts([progress] + (importance.map { [bars($0)] } ?? []))
        page.heading("The best trials")
        page.table(Table(SearchReport.columns(space), SearchReport.rows(space, trials, limit: 10)))
        return page.html
    }

    private var objectiveName: String { objective == "loss" ? "validation loss" : "validation error, the share that is wrong" }

    /// Better trials are drawn later and stronger; the best has a colour of its own.
    private var coordinates: ParallelCoordinates {
        let axes = space.parameters.map { ParallelCoordinates.Axis($0.name, ticks: ticks($0.domain)) }
        let values = trials.compactMap(\.objective)
        let (low, high) = (values.min() ?? 0, values.max() ?? 1)
        // The least objectives are the interesting ones: the axis is logarithmic where it can be.
        func height(_ value: Double) -> Double {
            guard high > low else { return 0.5 }
            return low > 0 ? SearchSpace.Domain.logUniform(low, high).share(of: .number(value)) : (value - low) / (high - low)
        }
        let last = ParallelCoordinates.Axis(objective, ticks: high > low ? [(0, short(low)), (1, short(high))] : [(0.5, short(low))])
        let ranked = trials.sorted { ($0.objective ?? .infinity, $0.number) > ($1.objective ?? .infinity, $1.number) }
        let lines = ranked.enumerated().map { rank, trial in
            let shares = space.parameters.map { parameter in trial.values[parameter.name].map(parameter.domain.share) }
            let chosen = trial.values.map { "\($0.name) \($0.value.plainText)" }.joined(separator: ", ")
            let came = trial.objective.map { short($0) } ?? trial.status.rawValue
            let isBest = trial.number == best.number
            return ParallelCoordinates.Line(
                shares + [trial.objective.map(height)], weight: isBest ? 1 : Double(rank) / Double(trials.count) * 0.6,
                title: "trial \(trial.number): \(came); \(chosen)", colour: isBest ? 1 : trial.objective == nil ? 4 : 0, isDashed: trial.objective == nil)
        }
        let winner = lines.filter { $0.colour == 1 }
        return ParallelCoordinates(
            "What each trial chose", axes + [last], lines.filter { $0.colour != 1 } + winner,
            legend: [LegendEntry("a trial, the stronger the better", colour: 0), LegendEntry("the best", colour: 1), LegendEntry("diverged or failed", colour: 4, isDashed: true)])
    }

    /// Labels of an axis.
    private func ticks(_ domain: SearchSpace.Domain) -> [(share: Double, label: String)] {
        switch domain {
        case .uniform(let low, let high), .logUniform(let low, let high): [(0, short(low)), (1, short(high))]
        case .integers(let low, let high, _): [(domain.share(of: .integer(low)), "\(low)"), (domain.share(of: .integer(high)), "\(high)")]
        case .choice(let choices): choices.map { (domain.share(of: $0), $0.plainText) }
        }
    }

    /// Every trial by what had been trained until then, and the best of those with as many epochs as any so far.
    private var progress: LineChart {
        var epochs = 0, points: [(x: Double, y: Double)] = [], least: [(x: Double, y: Double)] = []
        var longest = 0, record = Double.infinity
        for trial in trials {
            epochs += trial.epochs
            guard let value = trial.objective else { continue }
            points.append((Double(epochs), value))
            // Values of shorter trials are not compared with those of longer ones.
            if trial.epochs > longest { (longest, record) = (trial.epochs, .infinity) }
            if trial.epochs == longest { record = min(record, value) }
            least.append((Double(epochs), record))
        }
        let isLog = points.allSatisfy { $0.y > 0 }
        return LineChart(
            "The best so far", x: "epochs trained", y: objectiveName,
            [
                LineChart.Series("trials", points, hasLine: false, hasMarks: true, colour: 0),
                LineChart.Series("the best with as many epochs as any", least, hasMarks: false, colour: 1),
            ], isLogY: isLog)
    }

    private func bars(_ importance: [(name: String, share: Double)]) -> BarChart {
        BarChart("What mattered\(trials.comparisonText): the share of the variation that each parameter explains by itself", importance.sorted { $0.share > $1.share })
    }
}
