import MartletReport

/// The rows of a run as one page: plots and tables, in light and dark, with nothing to load and no scripts.
public struct BenchmarkPage {
    private let rows: [BenchmarkRow]

    public init(_ rows: [BenchmarkRow]) { self.rows = rows }

    public var html: String {
        let devices = ordered(rows.map { "\($0.backend): \($0.device)" })
        let wrong = rows.count { !$0.verified }
        var page = Page("Martlet: benchmarks")
        page.lines(devices)
        page.paragraph(
            "\(rows.count) measurements, \(wrong == 0 ? "every result right" : "\(wrong) with wrong results"). Ratios above 1 say that Martlet is faster; those in brackets are of medians.")
        page.charts([roofline, sizes, batches, growth, planning].compactMap { $0 })
        for suite in BenchmarkSuite.allCases {
            guard let table = table(suite) else { continue }
            page.heading(suite.rawValue)
            page.table(table)
        }
        return page.html
    }

    // MARK: Plots

    /// GFLOP/s over flops per byte, under the roofs that this run has measured.
    private var roofline: LineChart? {
        let backends = ordered(rows.map(\.backend))
        var series: [LineChart.Series] = []
        for backend in backends {
            let own = rows.filter { $0.backend == backend }
            let peak = own.filter { $0.name == "fma peak" }.map(\.best).max()
            let bandwidths = own.filter { $0.name == "triad" }
            for level in ["DRAM", "L3"] {
                guard let peak, let bandwidth = bandwidths.filter({ $0.shape.hasPrefix(level) }).map(\.best).max() else { continue }
                // The roof: a slope of the bandwidth up to the peak.
                let knee = peak / bandwidth
                series.append(LineChart.Series(
                    "\(backend) roof, \(level)", [(1.0 / 32, bandwidth / 32), (knee, peak), (1024, peak)],
                    hasMarks: false, isDashed: true))
            }
            for suite in [BenchmarkSuite.gemm, .conv, .ops] {
                // What hardly computes has no place under a roof, and would push all else into a corner.
                let measured = own.filter { $0.suite == suite && ($0.flops ?? 0) * 64 >= $0.bytes ?? .infinity }
                guard !measured.isEmpty else { continue }
                series.append(LineChart.Series(
                    "\(backend) \(suite.rawValue)",
                    measured.map { row in
                        let intensity = row.flops! / row.bytes!
                        return (intensity, row.unit == .gigabytes ? row.best * intensity : row.best)
                    },
                    titles: measured.map { "\($0.name) \($0.shape): \(short($0.best)) \($0.unit.rawValue)" }, hasLine: false, hasMarks: true))
            }
        }
        guard series.contains(where: \.hasMarks) else { return nil }
        return LineChart("Roofline", x: "flops per byte", y: "GFLOP/s", series, isLogX: true, isLogY: true)
    }

    /// GFLOP/s of square products over their size.
    private var sizes: LineChart? {
        let squares = rows.compactMap { row -> (row: BenchmarkRow, size: Double)? in
            guard row.suite == .gemm, row.shape.hasSuffix(" NN") || row.shape.contains(" NN ") else { return nil }
            let extents = row.shape.prefix { $0 != " " }.split(separator: "x").compactMap { Double($0) }
            return extents.count == 3 && Set(extents).count == 1 ? (row, extents[0]) : nil
        }
        return plot("Square products", "size", "GFLOP/s", squares.map { ($0.row, $0.size) })
    }

    /// Samples per second over the batch.
    private var batches: LineChart? {
        let steps = rows.compactMap { row -> (BenchmarkRow, Double)? in
            guard row.suite == .step, let batch = Double(row.shape.dropFirst("batch ".count)) else { return nil }
            return (row, batch)
        }
        return plot("Training steps", "batch", "samples/s", steps) { "\($0.name) \($0.backend)" }
    }

    /// Microseconds of a training step for each sample, over the batch, the width and the depth.
    private var growth: LineChart? {
        let points = rows.filter { $0.suite == .size && ["batch", "width", "depth"].contains($0.name) }
        guard !points.isEmpty else { return nil }
        let series = ordered(points.map { "\($0.name) \($0.backend)" }).map { label in
            let own = points.filter { "\($0.name) \($0.backend)" == label }
            return LineChart.Series(
                label, own.compactMap { row in Double(row.shape).map { ($0, 1e6 / row.best) } },
                titles: own.map { "\($0.name) \($0.shape): \(short(1e6 / $0.best)) µs" }, hasMarks: true)
        }
        return LineChart(
            "Cost of a step against its size", x: "batch, width, depth", y: "µs a sample", series, isLogX: true, isLogY: true)
    }

    /// Milliseconds from layers to a plan, over their number.
    private var planning: LineChart? {
        // The same on every device, so one will do.
        guard let backend = rows.first(where: { $0.name == "planning" })?.backend else { return nil }
        let points = rows.filter { $0.name == "planning" && $0.backend == backend }
        return LineChart(
            "Planning", x: "hidden layers", y: "ms",
            [LineChart.Series("planning", points.compactMap { row in Double(row.shape).map { ($0, row.best / 1e3) } }, hasMarks: true)],
            yRange: 0...0)
    }

    /// A line for each backend and each opponent.
    private func plot(
        _ title: String, _ xLabel: String, _ yLabel: String, _ rows: [(row: BenchmarkRow, x: Double)],
        _ name: (BenchmarkRow) -> String = { $0.backend }
    ) -> LineChart? {
        guard Set(rows.map(\.x)).count > 1 else { return nil }
        let sorted = rows.sorted { $0.x < $1.x }
        var series = ordered(rows.map { name($0.row) }).map { label in
            let own = sorted.filter { name($0.row) == label }
            return LineChart.Series(
                label, own.map { ($0.x, $0.row.best) }, titles: own.map { "\($0.row.name) \($0.row.shape): \(short($0.row.best))" })
        }
        if title == "Square products" {
            for opponent in ordered(rows.flatMap { $0.row.opponents.map(\.name) }) where opponent != "cpu" {
                // One that has met several backends has a figure from each meeting.
                let met = sorted.compactMap { row in row.row.opponents.first { $0.name == opponent }.map { (row.x, $0.best) } }
                let best = Dictionary(met, uniquingKeysWith: max).sorted { $0.key < $1.key }
                series.append(LineChart.Series(opponent, best.map { ($0.key, $0.value) }, isDashed: true))
            }
        }
        return LineChart(
            title, x: xLabel, y: yLabel, series, isLogX: true, xTicks: Array(Set(rows.map(\.x))).sorted(), yRange: 0...0)
    }

    // MARK: Tables

    private func table(_ suite: BenchmarkSuite) -> Table? {
        let own = rows.filter { $0.suite == suite }
        guard !own.isEmpty else { return nil }
        let names = ordered(own.flatMap { $0.opponents.map(\.name) })
        let body = own.map { row -> [String] in
            let share = row.percentOfPeak.map { "\(short($0)) % \(row.limitedBy ?? "")" } ?? ""
            return [
                row.name, row.shape, row.backend, "\(row.threads)", short(row.best), short(row.median), row.unit.rawValue, share,
                row.verified ? "yes" : "no: \(row.problem ?? "")",
            ] + names.map { name in
                row.opponents.first { $0.name == name }.map { "\(ratio($0.ratio)) (\(ratio($0.ratioOfMedians)))" } ?? ""
            }
        }
        return Table(
            ["case", "shape", "on", "threads", "best", "median", "unit", "of limit", "right"] + names, body,
            marked: Set(own.indices.filter { !own[$0].verified }))
    }

    private func ratio(_ value: Double) -> String { value.isFinite ? "\((value * 100).rounded() / 100)" : "-" }

    private func ordered(_ names: [String]) -> [String] {
        var seen: [String] = []
        for name in names where !seen.contains(name) { seen.append(name) }
        return seen
    }
}
