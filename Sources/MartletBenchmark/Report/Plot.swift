#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import MartletReport

/// A plot as SVG text, which takes its colours from the page: `--ink`, `--grid`, and `--c0`, `--c1`, … of the series.
struct Plot {
    struct Series {
        var name: String
        var points: [(x: Double, y: Double)]
        /// What each point is, for whoever points at it.
        var titles: [String] = []
        var hasLine = true
        var hasMarks = true
        var isDashed = false
    }

    var title: String
    var xLabel: String
    var yLabel: String
    var series: [Series]
    /// Ticks at these values alone; nil for powers of two or ten.
    var xTicks: [Double]?
    var isLogY = true

    private static let (width, height) = (800.0, 420.0)
    private static let (left, right, top, bottom) = (64.0, 230.0, 36.0, 48.0)

    var svg: String {
        let points = series.flatMap(\.points).filter { $0.x > 0 && $0.y > 0 && $0.x.isFinite && $0.y.isFinite }
        guard let minX = points.map(\.x).min(), let maxX = points.map(\.x).max(), let minY = points.map(\.y).min(),
            let maxY = points.map(\.y).max()
        else { return "" }
        let x = Axis(minX / 1.15, maxX * 1.15, isLog: true, from: Self.left, to: Self.width - Self.right)
        let y = Axis(isLogY ? minY / 1.3 : 0, maxY * (isLogY ? 1.3 : 1.1), isLog: isLogY, from: Self.height - Self.bottom, to: Self.top)
        var parts = [
            "<svg viewBox=\"0 0 \(Int(Self.width)) \(Int(Self.height))\" role=\"img\" aria-label=\"\(escaped(title))\" xmlns=\"http://www.w3.org/2000/svg\">",
            text(Self.left, 20, title, "class=\"title\""),
        ]
        for tick in xTicks ?? x.ticks {
            guard let place = x.place(tick) else { continue }
            parts.append(line(place, Self.top, place, Self.height - Self.bottom, "class=\"grid\""))
            parts.append(text(place, Self.height - Self.bottom + 16, short(tick), "text-anchor=\"middle\""))
        }
        for tick in y.ticks {
            guard let place = y.place(tick) else { continue }
            parts.append(line(Self.left, place, Self.width - Self.right, place, "class=\"grid\""))
            parts.append(text(Self.left - 6, place + 4, short(tick), "text-anchor=\"end\""))
        }
        parts.append(text((Self.left + Self.width - Self.right) / 2, Self.height - 10, xLabel, "text-anchor=\"middle\""))
        parts.append("<g transform=\"translate(16 \(fixed((Self.top + Self.height - Self.bottom) / 2))) rotate(-90)\">\(text(0, 0, yLabel, "text-anchor=\"middle\""))</g>")
        for (number, series) in series.enumerated() {
            let colour = "var(--c\(number % 8))"
            let placed = series.points.enumerated().compactMap { index, point -> (Double, Double, String)? in
                guard let px = x.place(point.x), let py = y.place(point.y) else { return nil }
                return (px, py, index < series.titles.count ? series.titles[index] : "")
            }
            if series.hasLine, placed.count > 1 {
                let path = placed.map { "\(fixed($0.0)),\(fixed($0.1))" }.joined(separator: " ")
                parts.append("<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"1.8\"\(series.isDashed ? " stroke-dasharray=\"5 4\"" : "")/>")
            }
            if series.hasMarks {
                for (px, py, title) in placed {
                    parts.append("<circle cx=\"\(fixed(px))\" cy=\"\(fixed(py))\" r=\"3.4\" fill=\"\(colour)\"><title>\(escaped(title))</title></circle>")
                }
            }
            let row = Self.top + 10 + 18 * Double(number), side = Self.width - Self.right + 14
            parts.append(line(side, row - 4, side + 16, row - 4, "stroke=\"\(colour)\" stroke-width=\"3\"\(series.isDashed ? " stroke-dasharray=\"5 4\"" : "")"))
            parts.append(text(side + 22, row, series.name, ""))
        }
        return parts.joined(separator: "\n") + "\n</svg>"
    }

    private func text(_ x: Double, _ y: Double, _ text: String, _ attributes: String) -> String {
        "<text x=\"\(fixed(x))\" y=\"\(fixed(y))\" \(attributes)>\(escaped(text))</text>"
    }
    private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ attributes: String) -> String {
        "<line x1=\"\(fixed(x1))\" y1=\"\(fixed(y1))\" x2=\"\(fixed(x2))\" y2=\"\(fixed(y2))\" \(attributes)/>"
    }

    /// Values to places along one side.
    private struct Axis {
        let low, high: Double
        let isLog: Bool
        let from, to: Double

        init(_ low: Double, _ high: Double, isLog: Bool, from: Double, to: Double) {
            (self.low, self.high, self.isLog, self.from, self.to) = (low, max(high, low * 1.01), isLog, from, to)
        }

        /// Nil outside.
        func place(_ value: Double) -> Double? {
            let share = isLog ? log2(value / low) / log2(high / low) : (value - low) / (high - low)
            return share.isFinite && share > -0.001 && share < 1.001 ? from + share * (to - from) : nil
        }

        var ticks: [Double] {
            guard isLog else {
                let step = nice(high / 6)
                return Array(stride(from: 0, through: high, by: step))
            }
            let wide = log10(high / low) > 2.2
            var ticks: [Double] = []
            var power = pow(10, log10(low).rounded(.down))
            while power <= high {
                for digit in wide ? [1.0] : [1.0, 2.0, 5.0] where power * digit >= low && power * digit <= high { ticks.append(power * digit) }
                power *= 10
            }
            return ticks
        }

        private func nice(_ step: Double) -> Double {
            let power = pow(10, log10(max(step, 1e-12)).rounded(.down))
            return power * ([1.0, 2, 5, 10].first { $0 * power >= step } ?? 10)
        }
    }
}

/// `64`, `1.5k`, `0.01`.
func short(_ value: Double) -> String {
    func plain(_ value: Double) -> String {
        let text = "\((value * 1000).rounded() / 1000)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
    return value >= 1e6 ? plain(value / 1e6) + "M" : value >= 1e4 ? plain(value / 1e3) + "k" : plain(value)
}
