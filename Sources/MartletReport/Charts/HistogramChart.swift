/// How often values fall between edges.
public struct Histogram: Hashable, Sendable {
    public var low: Double
    public var high: Double
    /// Of equally wide bins from `low` to `high`.
    public var counts: [Double]

    public init(low: Double, high: Double, counts: [Double]) { (self.low, self.high, self.counts) = (low, high, counts) }

    public var total: Double { counts.reduce(0, +) }
    public var binWidth: Double { (high - low) / Double(max(1, counts.count)) }

    /// Of values in memory; those that are no numbers are left out.
    public init(of values: some Sequence<Double>, bins: Int = 30) {
        let values = values.filter(\.isFinite)
        let (low, high) = (values.min() ?? 0, values.max() ?? 0)
        var counts = [Double](repeating: 0, count: bins)
        for value in values {
            let place = high > low ? Int((value - low) / (high - low) * Double(bins)) : 0
            counts[min(bins - 1, max(0, place))] += 1
        }
        self.init(low: low, high: high, counts: counts)
    }
}

/// One histogram as bars.
public struct HistogramChart: Chart {
    public var title: String
    public var xLabel: String
    public var histogram: Histogram

    public init(_ title: String, x xLabel: String, _ histogram: Histogram) {
        (self.title, self.xLabel, self.histogram) = (title, xLabel, histogram)
    }

    public var svg: String {
        let total = histogram.total
        guard total > 0, histogram.low.isFinite, histogram.high.isFinite else { return "" }
        var drawing = Drawing(width: 440, height: 200, label: title)
        let frame = Frame(left: 56, right: 430, top: 10, bottom: 162)
        let shares = histogram.counts.map { $0 / total }
        let x = Axis(histogram.low, histogram.high, from: frame.left, to: frame.right)
        let y = Axis(0, shares.max()! * 1.05, from: frame.bottom, to: frame.top)
        frame.draw(in: &drawing, x: x, y: y, xLabel: xLabel, yLabel: "share")
        let width = frame.width / Double(shares.count)
        for (place, share) in shares.enumerated() where share > 0 {
            let from = histogram.low + histogram.binWidth * Double(place)
            let top = y.clamped(share)
            drawing.rectangle(
                frame.left + width * Double(place), top, width - 0.6, frame.bottom - top, "class=\"f0\"",
                title: "\(short(from)) to \(short(from + histogram.binWidth)): \(short(100 * share)) %")
        }
        return drawing.svg
    }
}

/// Histograms one behind the other, the first at the top: how a distribution changes over time or from layer to layer.
public struct RidgeChart: Chart {
    public var title: String
    public var xLabel: String
    public var ridges: [(name: String, histogram: Histogram)]

    public init(_ title: String, x xLabel: String, _ ridges: [(name: String, histogram: Histogram)]) {
        (self.title, self.xLabel, self.ridges) = (title, xLabel, ridges)
    }

    public var svg: String {
        let drawn = ridges.filter { $0.histogram.total > 0 && $0.histogram.low.isFinite && $0.histogram.high.isFinite }
        guard let low = drawn.map(\.histogram.low).min(), let high = drawn.map(\.histogram.high).max() else { return "" }
        let pitch = 22.0, first = 46.0
        let height = first + pitch * Double(drawn.count - 1) + 42
        var drawing = Drawing(width: 440, height: height, label: title)
        let frame = Frame(left: 66, right: 430, top: 8, bottom: height - 40)
        let x = Axis(low, high, from: frame.left, to: frame.right)
        for tick in x.ticks {
            guard let place = x.place(tick) else { continue }
            drawing.line(place, frame.top, place, frame.bottom, "class=\"grid\"")
            drawing.text(place, frame.bottom + 14, short(tick), .middle)
        }
        drawing.text((frame.left + frame.right) / 2, frame.bottom + 29, xLabel, .middle)
        for (number, ridge) in drawn.enumerated() {
            let base = first + pitch * Double(number)
            let histogram = ridge.histogram
            // Each as high as its highest bin: shapes are compared, not heights.
            let scale = 34 / histogram.counts.max()!
            var outline: [(x: Double, y: Double)] = [(x.clamped(histogram.low), base)]
            for (place, count) in histogram.counts.enumerated() {
                let top = base - scale * count
                outline.append((x.clamped(histogram.low + histogram.binWidth * Double(place)), top))
                outline.append((x.clamped(histogram.low + histogram.binWidth * Double(place + 1)), top))
            }
            outline.append((x.clamped(histogram.high), base))
            drawing.polygon(outline, "class=\"ridge\"")
            drawing.text(frame.left - 6, base + 1, ridge.name, .end)
        }
        return drawing.svg
    }
}
