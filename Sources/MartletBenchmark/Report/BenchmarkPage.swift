import MartletReport

/// The rows of a run as one page: plots and tables, in light and dark, with nothing to load and no scripts.
public struct BenchmarkPage {
    private let rows: [BenchmarkRow]

    public init(_ rows: [BenchmarkRow]) { self.rows = rows }

    public var html: String {
        let devices = ordered(rows.map { "\($0.backend): \($0.device)" })
        let plots = [roofline, sizes, batches].compactMap { $0?.svg }.filter { !$0.isEmpty }
        let wrong = rows.filter { !$0.verified }
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Martlet: benchmarks</title><style>\(Self.style)</style></head><body><main>
            <h1>Martlet: benchmarks</h1>
            <p>\(devices.map(escaped).joined(separator: "<br>"))</p>
            <p>\(rows.count) measurements, \(wrong.isEmpty ? "every result right" : "<strong>\(wrong.count) with wrong results</strong>").
            Ratios above 1 say that Martlet is faster; those in brackets are of medians.</p>
            \(plots.map { "<figure>\($0)</figure>" }.joined(separator: "\n"))
            \(BenchmarkSuite.allCases.map(table).joined(separator: "\n"))
            </main></body></html>

            """
    }

    // MARK: Plots

    /// GFLOP/s over flops per byte, under the roofs that this run has measured.
    private var roofline: Plot? {
        let backends = ordered(rows.map(\.backend))
        var series: [Plot.Series] = []
        for backend in backends {
            let own = rows.filter { $0.backend == backend }
            let peak = own.filter { $0.name == "fma peak" }.map(\.best).max()
            let bandwidths = own.filter { $0.name == "triad" }
            for level in ["DRAM", "L3"] {
                guard let peak, let bandwidth = bandwidths.filter({ $0.shape.hasPrefix(level) }).map(\.best).max() else { continue }
                // The roof: a slope of the bandwidth up to the peak.
                let knee = peak / bandwidth
                series.append(Plot.Series(
                    name: "\(backend) roof, \(level)", points: [(1.0 / 32, bandwidth / 32), (knee, peak), (1024, peak)],
                    hasMarks: false, isDashed: true))
            }
            for suite in [BenchmarkSuite.gemm, .conv, .ops] {
                // What hardly computes has no place under a roof, and would push all else into a corner.
                let measured = own.filter { $0.suite == suite && ($0.flops ?? 0) * 64 >= $0.bytes ?? .infinity }
                guard !measured.isEmpty else { continue }
                series.append(Plot.Series(
                    name: "\(backend) \(suite.rawValue)",
                    points: measured.map { row in
                        let intensity = row.flops! / row.bytes!
                        return (intensity, row.unit == .gigabytes ? row.best * intensity : row.best)
                    },
                    titles: measured.map { "\($0.name) \($0.shape): \(short($0.best)) \($0.unit.rawValue)" }, hasLine: false))
            }
        }
        guard series.contains(where: \.hasMarks) else { return nil }
        return Plot(title: "Roofline", xLabel: "flops per byte", yLabel: "GFLOP/s", series: series)
    }

    /// GFLOP/s of square products over their size.
    private var sizes: Plot? {
        let squares = rows.compactMap { row -> (row: BenchmarkRow, size: Double)? in
            guard row.suite == .gemm, row.shape.hasSuffix(" NN") || row.shape.contains(" NN ") else { return nil }
            let extents = row.shape.prefix { $0 != " " }.split(separator: "x").compactMap { Double($0) }
            return extents.count == 3 && Set(extents).count == 1 ? (row, extents[0]) : nil
        }
        return plot("Square products", "size", "GFLOP/s", squares.map { ($0.row, $0.size) })
    }

    /// Samples per second over the batch.
    private var batches: Plot? {
        let steps = rows.compactMap { row -> (BenchmarkRow, Double)? in
            guard row.suite == .step, let batch = Double(row.shape.dropFirst("batch ".count)) else { return nil }
            return (row, batch)
        }
        return plot("Training steps", "batch", "samples/s", steps) { "\($0.name) \($0.backend)" }
    }

    /// A line for each backend and each opponent.
    private func plot(
        _ title: String, _ xLabel: String, _ yLabel: String, _ rows: [(row: BenchmarkRow, x: Double)],
        _ name: (BenchmarkRow) -> String = { $0.backend }
    ) -> Plot? {
        guard Set(rows.map(\.x)).count > 1 else { return nil }
        let sorted = rows.sorted { $0.x < $1.x }
        var series = ordered(rows.map { name($0.row) }).map { label in
            let own = sorted.filter { name($0.row) == label }
            return Plot.Series(
                name: label, points: own.map { ($0.x, $0.row.best) }, titles: own.map { "\($0.row.name) \($0.row.shape): \(short($0.row.best))" })
        }
        if title == "Square products" {
            for opponent in ordered(rows.flatMap { $0.row.opponents.map(\.name) }) where opponent != "cpu" {
                // One that has met several backends has a figure from each meeting.
                let met = sorted.compactMap { row in row.row.opponents.first { $0.name == opponent }.map { (row.x, $0.best) } }
                let best = Dictionary(met, uniquingKeysWith: max).sorted { $0.key < $1.key }
                series.append(Plot.Series(name: opponent, points: best.map { ($0.key, $0.value) }, isDashed: true))
            }
        }
        return Plot(title: title, xLabel: xLabel, yLabel: yLabel, series: series, xTicks: Array(Set(rows.map(\.x))).sorted(), isLogY: false)
    }

    // MARK: Tables

    private func table(_ suite: BenchmarkSuite) -> String {
        let own = rows.filter { $0.suite == suite }
        guard !own.isEmpty else { return "" }
        let names = ordered(own.flatMap { $0.opponents.map(\.name) })
        let heading = ["case", "shape", "on", "threads", "best", "median", "unit", "of limit", "right"] + names
        let body = own.map { row -> String in
            let share = row.percentOfPeak.map { "\(fixed($0)) % \(row.limitedBy ?? "")" } ?? ""
            let cells = [
                row.name, row.shape, row.backend, "\(row.threads)", short(row.best), short(row.median), row.unit.rawValue, share,
                row.verified ? "yes" : "no: \(row.problem ?? "")",
            ] + names.map { name in
                row.opponents.first { $0.name == name }.map { "\(ratio($0.ratio)) (\(ratio($0.ratioOfMedians)))" } ?? ""
            }
            return "<tr\(row.verified ? "" : " class=\"wrong\"")>" + cells.map { "<td>\(escaped($0))</td>" }.joined() + "</tr>"
        }
        return "<h2>\(suite.rawValue)</h2><div class=\"wide\"><table><thead><tr>"
            + heading.map { "<th>\(escaped($0))</th>" }.joined() + "</tr></thead><tbody>" + body.joined(separator: "\n") + "</tbody></table></div>"
    }

    private func ratio(_ value: Double) -> String { value.isFinite ? "\((value * 100).rounded() / 100)" : "-" }

    private func ordered(_ names: [String]) -> [String] {
        var seen: [String] = []
        for name in names where !seen.contains(name) { seen.append(name) }
        return seen
    }

    private static let style = """
        :root { color-scheme: light dark; --paper: #fff; --ink: #1d1d1f; --grid: #ddd; --c0: #0b62c4; --c1: #c4520b; --c2: #1a7f37; \
        --c3: #8250df; --c4: #b3261e; --c5: #0a7d8c; --c6: #8a6d00; --c7: #a0327b; }
        @media (prefers-color-scheme: dark) { :root { --paper: #16181c; --ink: #e6e6e6; --grid: #3a3d44; --c0: #6cb0ff; --c1: #ff9f5a; \
        --c2: #5fd07d; --c3: #c3a2ff; --c4: #ff8a80; --c5: #5fd3e0; --c6: #e0c040; --c7: #f090cc; } }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.45 system-ui, sans-serif; }
        main { max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
        figure { margin: 1.5rem 0; } svg { width: 100%; height: auto; }
        svg text { fill: var(--ink); font: 12px system-ui, sans-serif; } svg .title { font-size: 15px; font-weight: 600; }
        .grid { stroke: var(--grid); stroke-width: 1; }
        .wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { padding: 0.2rem 0.7rem 0.2rem 0; text-align: left; border-bottom: 1px solid var(--grid); white-space: nowrap; }
        .wrong td { color: var(--c4); }
        """
}
