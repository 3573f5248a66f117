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
        let frame = Frame(left: max(66, 12 + 6 * Double(drawn.map(\.name.count).max() ?? 0)), right: 430, top: 8, bottom: height - 40)
        let x = Axis(low, high, from: frame.left, to: frame.right)
        for tick in x.ticks {
            guard let place = x.place(tick) else { continue }
            drawing.line(place, frame.top, place, frame.bottom, "class=\"grid\"")
            drawing.text(place, frame.bottom + 14, short(tick), .middle)
        }
        drawing.text((frame.left + frame.right) / 2, frame.bottom + 29, "\(xLabel); heights are √share", .middle)
        for (number, ridge) in drawn.enumerated() {
            let base = first + pitch * Double(number)
            drawing.polygon(outline(of: ridge.histogram, along: x, base), "class=\"ridge\"")
            drawing.text(frame.left - 6, base + 1, ridge.name, .end)
        }
        return drawing.svg
    }

    /// Each as high as its highest bin: shapes are compared, not heights. Square roots, so that rare values are seen beside a
    /// peak (Tukey's rootogram).
    private func outline(of histogram: Histogram, along x: Axis, _ base: Double) -> [(x: Double, y: Double)] {
        let height = 34.0, narrowest = 3.0
        let (from, to) = (x.clamped(histogram.low), x.clamped(histogram.high))
        guard to - from >= narrowest else {
            // All values are as good as one, which is to be seen too.
            let (left, right) = ((from + to - narrowest) / 2, (from + to + narrowest) / 2)
            return [(left, base), (left, base - height), (right, base - height), (right, base)]
        }
        let scale = height / histogram.counts.max()!.squareRoot()
        var outline = [(x: from, y: base)]
        for (place, count) in histogram.counts.enumerated() {
            let top = base - scale * count.squareRoot()
            outline.append((x.clamped(histogram.low + histogram.binWidth * Double(place)), top))
            outline.append((x.clamped(histogram.low + histogram.binWidth * Double(place + 1)), top))
        }
        return outline + [(to, base)]
    }
}
