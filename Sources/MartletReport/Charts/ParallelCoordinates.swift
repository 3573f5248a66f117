/// Many numbers of each of many things: an axis for every number side by side, and a line through them for every thing
/// (Inselberg 1985).
public struct ParallelCoordinates: Chart {
    public struct Axis: Sendable {
        public var name: String
        /// Labels at shares of the axis, from 0 at the bottom to 1.
        public var ticks: [(share: Double, label: String)]

        public init(_ name: String, ticks: [(share: Double, label: String)]) { (self.name, self.ticks) = (name, ticks) }
    }

    public struct Line: Sendable {
        /// Of every axis the share at which the line crosses it; nil where the thing has no such number.
        public var shares: [Double?]
        /// How much it stands out, from 0 to 1.
        public var weight: Double
        public var title: String
        /// Of the page's colours.
        public var colour: Int
        public var isDashed: Bool

        public init(_ shares: [Double?], weight: Double, title: String, colour: Int = 0, isDashed: Bool = false) {
            (self.shares, self.weight, self.title, self.colour, self.isDashed) = (shares, weight, title, colour, isDashed)
        }
    }

    public var title: String
    public var axes: [Axis]
    /// The last ones lie above.
    public var lines: [Line]
    public var legend: [LegendEntry]

    public init(_ title: String, _ axes: [Axis], _ lines: [Line], legend: [LegendEntry] = []) {
        (self.title, self.axes, self.lines, self.legend) = (title, axes, lines, legend)
    }

    private static let (step, margin) = (92.0, 64.0)
    private var width: Double { Self.step * Double(axes.count - 1) + 2 * Self.margin }
    public var leastWidth: Double? { width > 440 ? width : nil }

    public var svg: String {
        guard axes.count > 1, !lines.isEmpty else { return "" }
        let (step, left, top, bottom) = (Self.step, Self.margin, 26.0, 230.0)
        var drawing = Drawing(width: width, height: bottom + 16, label: title)
        func x(_ place: Int) -> Double { left + step * Double(place) }
        func y(_ share: Double) -> Double { bottom - min(max(share, 0), 1) * (bottom - top) }
        for line in lines {
            let opacity = (0.12 + 0.88 * min(max(line.weight, 0), 1)).rounded(toPlaces: 2)
            let style = "class=\"s\(line.colour % Palette.count)\" stroke-opacity=\"\(opacity)\"\(line.isDashed ? " stroke-dasharray=\"4 3\"" : "")"
            // A number that is missing breaks the line.
            var run: [(x: Double, y: Double)] = []
            for (place, share) in (line.shares + [nil]).enumerated() {
                if let share, place < axes.count {
                    run.append((x(place), y(share)))
                } else {
                    if run.count > 1 { drawing.polyline(run, style) }
                    for point in run {
                        drawing.circle(point.x, point.y, 2.4, "class=\"f\(line.colour % Palette.count)\" fill-opacity=\"\(opacity)\"", title: line.title)
                    }
                    run = []
                }
            }
        }
        for (place, axis) in axes.enumerated() {
            drawing.line(x(place), top, x(place), bottom, "class=\"cross\" stroke-opacity=\"0.6\"")
            drawing.text(x(place), 13, axis.name, .middle, style: "font-weight=\"600\"")
            for tick in axis.ticks {
                drawing.line(x(place) - 3, y(tick.share), x(place) + 3, y(tick.share), "class=\"cross\"")
                drawing.text(x(place) - 6, y(tick.share) + 4, tick.label, .end)
            }
        }
        return drawing.svg
    }
}

extension Double {
    fileprivate func rounded(toPlaces places: Int) -> Double {
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        return (self * scale).rounded() / scale
    }
}
