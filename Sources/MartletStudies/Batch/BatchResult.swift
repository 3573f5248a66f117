import MartletFormats
import MartletReport
import MartletTraining

public struct BatchResult: StudyResult {
    public let study: BatchStudy
    public let data: String
    public let cases: [BatchStudy.Case]

    public var page: Page {
        var page = Page("Martlet study: the batch size")
        page.paragraph("Layers of \(study.widths.map(String.init).joined(separator: " and ")) with \(study.activation) on \(data). The gradients are those after \(study.epochsBefore) epoch\(study.epochsBefore == 1 ? "" : "s") of training; their noise falls as 1 / batch.")
        page.table(table.withoutEmptyColumns)
        let sizes = cases.map { Double($0.size) }
        func chart(_ title: String, _ label: String, _ series: [LineChart.Series]) -> LineChart {
            LineChart(title, x: "batch", y: label, series, isLogX: true, isLogY: true, xTicks: sizes)
        }
        func bySize(_ name: String, _ value: (BatchStudy.Case) -> Double) -> LineChart.Series {
            var points: [(x: Double, y: Double)] = []
            for item in cases { points.append((Double(item.size), value(item))) }
            return LineChart.Series(name, points)
        }
        let runs = cases.map { (name: "\($0.size)", epochs: $0.epochs) }
        page.charts([
            chart("Gradient noise", "noise / signal", [
                bySize("measured") { $0.noise }, LineChart.Series("1 / batch", fit, hasMarks: false, isDashed: true),
            ]),
            chart("Speed", "samples/s", [bySize("") { $0.samplesPerSecond }]),
            chart("Memory of a step", "bytes", [bySize("in all") { Double($0.memory.total) }, bySize("intermediate values") { Double($0.memory.workspace) }]),
            LineChart("Training loss against epochs", x: "epoch", y: "loss", curves(runs) { $0.train.loss }, isLogY: true),
            LineChart("Test loss against seconds of training", x: "seconds", y: "loss", byTime, isLogY: true),
        ])
        return page
    }

    private var byTime: [LineChart.Series] {
        var series: [LineChart.Series] = []
        for item in cases {
            var (seconds, points) = (0.0, [(x: Double, y: Double)]())
            for epoch in item.epochs {
                seconds += epoch.seconds
                if let loss = epoch.test?.loss { points.append((seconds, loss)) }
            }
            series.append(LineChart.Series("\(item.size)", points))
        }
        return series
    }

    /// The line that noise of independent samples would follow.
    private var fit: [(x: Double, y: Double)] {
        let scales = cases.map(\.noiseScale).filter { $0.isFinite && $0 > 0 }.sorted()
        guard !scales.isEmpty else { return [] }
        let scale = scales[scales.count / 2]
        return cases.map { (Double($0.size), scale / Double($0.size)) }
    }

    public var table: Table {
        Table(
            ["batch", "noise / signal", "noise × batch", "samples/s", "memory of a step, bytes", "train loss", "test accuracy"],
            cases.map { item in
                [
                    "\(item.size)", digits(item.noise), digits(item.noiseScale), digits(item.samplesPerSecond), "\(item.memory.total)",
                    digits(item.epochs.last?.train.loss), percent(item.epochs.last?.test?.accuracy),
                ]
            })
    }

    public var json: [[JSONValue.Member]] {
        cases.map { item in
            [
                .init("batch", .integer(item.size)), .init("batches", .integer(item.batches)), .init("noise", .finite(item.noise)),
                .init("samplesPerSecond", .finite(item.samplesPerSecond)), .init("memoryBytes", .integer(item.memory.total)),
                .init("workspaceBytes", .integer(item.memory.workspace)),
                .init("trainLosses", .array(item.epochs.map { .finite($0.train.loss) })),
                .init("testAccuracies", .array(item.epochs.map { .finite($0.test?.accuracy) })),
            ]
        }
    }
}
