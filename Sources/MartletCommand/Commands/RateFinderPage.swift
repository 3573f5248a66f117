import Martlet
import MartletReport

/// A range test as a page: the loss over the learning rate, the suggestion and its reason.
struct RateFinderPage {
    private let curve: RateCurve
    private let command: String

    init(_ curve: RateCurve, command: String) { (self.curve, self.command) = (curve, command) }

    var html: String {
        var page = Page("Learning rate")
        page.paragraph(command)
        if let suggestion = curve.suggestion {
            page.notice("--learning-rate \(Format.scientific(suggestion))", [sentence(curve.reason)], isGood: true)
        } else {
            page.notice("No suggestion", [sentence(curve.reason)], isGood: false)
        }
        page.charts([chart])
        page.lines(remarks)
        return page.html
    }

    private var chart: LineChart {
        let steps = curve.points.filter { $0.loss.isFinite }
        let smoothed = curve.points.filter { $0.smoothed.isFinite }
        let losses = (steps.map(\.loss) + smoothed.map(\.smoothed))
        let (low, high) = (losses.min() ?? 0, losses.max() ?? 1)
        var series = [
            LineChart.Series(
                "loss of each step's batch", steps.map { ($0.rate, $0.loss) }, hasLine: false, hasMarks: true, colour: 0),
            LineChart.Series("smoothed", smoothed.map { ($0.rate, $0.smoothed) }, hasMarks: false, colour: 1),
        ]
        if let suggestion = curve.suggestion {
            let name = "suggestion: \(Format.scientific(suggestion))"
            series.append(LineChart.Series(name, [(suggestion, low), (suggestion, high)], hasMarks: false, isDashed: true, colour: 2))
        }
        if let lowest = curve.lowest {
            let title = "lowest: \(Format.fixed(lowest.smoothed, 4)) at \(Format.scientific(lowest.rate))"
            series.append(LineChart.Series(title, [(lowest.rate, lowest.smoothed)], titles: [title], hasLine: false, hasMarks: true, colour: 3))
        }
        // Where the loss runs far away, a linear axis would press the fall flat.
        return LineChart("Loss over the learning rate", x: "learning rate", y: "loss", series, isLogX: true, isLogY: low > 0 && high > 20 * low)
    }

    private var remarks: [String] {
        var remarks = ["\(curve.points.count) steps, from \(Format.scientific(curve.points.first?.rate ?? 0)) to \(Format.scientific(curve.points.last?.rate ?? 0))."]
        if let rate = curve.divergedAt { remarks.append("The loss diverges at \(Format.scientific(rate)); there the test ended.") }
        if curve.isPartial { remarks.append("The test was interrupted; this is the curve so far.") }
        remarks.append("Left of the fall a step learns nothing, right of the lowest point the steps are too large. Validation and test data were not looked at.")
        return remarks
    }

    private func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() + "." }
}
