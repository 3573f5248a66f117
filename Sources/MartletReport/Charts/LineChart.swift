/// Lines and marks over one pair of axes.
public struct LineChart: Chart {
    public struct Series: Sendable {
        public var name: String
        public var points: [(x: Double, y: Double)]
        /// What each point is, for whoever points at it.
        public var titles: [String] = []
        public var hasLine = true
        public var hasMarks: Bool
        public var isDashed = false
        /// Drawn as a background to the others.
        public var isFaint = false
        /// Of the page's colours; nil for the next one.
        public var colour: Int?

        /// - Parameter hasMarks: nil for marks where the points are few.
        public init(
            _ name: String, _ points: [(x: Double, y: Double)], titles: [String] = [], hasLine: Bool = true,
            hasMarks: Bool? = nil, isDashed: Bool = false, colour: Int? = nil
        ) {
            (self.name, self.points, self.titles, self.hasLine, self.isDashed) = (name, points, titles, hasLine, isDashed)
            self.hasMarks = hasMarks ?? (points.count <= 30)
            self.colour = colour
        }
    }

    public var title: String
    public var xLabel: String
    public var yLabel: String
    public var series: [Series]
    public var isLogX: Bool
    public var isLogY: Bool
    /// Ticks at these values alone; nil for round ones.
    public var xTicks: [Double]?
    /// What the axis shows at least, such as 0...1 for shares.
    public var yRange: ClosedRange<Double>?

    public init(
        _ title: String, x xLabel: String, y yLabel: String, _ series: [Series], isLogX: Bool = false, isLogY: Bool = false,
        xTicks: [Double]? = nil, yRange: ClosedRange<Double>? = nil
    ) {
        (self.title, self.xLabel, self.yLabel, self.series) = (title, xLabel, yLabel, series)
        (self.isLogX, self.isLogY, self.xTicks, self.yRange) = (isLogX, isLogY, xTicks, yRange)
    }

    public var legend: [LegendEntry] {
        let drawn = series.enumerated().filter { !$0.element.name.isEmpty }
        return drawn.map { LegendEntry($1.name, colour: $1.colour ?? $0, isDashed: $1.isDashed || $0 >= Palette.count) }
    }

    public var svg: String {
        func isDrawn(_ point: (x: Double, y: Double)) -> Bool {
            point.x.isFinite && point.y.isFinite && (!isLogX || point.x > 0) && (!isLogY || point.y > 0)
        }
        let points = series.flatMap(\.points).filter(isDrawn)
        guard let lowX = points.map(\.x).min(), let highX = points.map(\.x).max(), var lowY = points.map(\.y).min(),
            var highY = points.map(\.y).max()
        else { return "" }
        if let yRange { (lowY, highY) = (min(lowY, yRange.lowerBound), max(highY, yRange.upperBound)) }
        var drawing = Drawing(width: 440, height: 270, label: title)
        let frame = Frame(left: 56, right: 430, top: 10, bottom: 232)
        let x = Axis(
            isLogX ? lowX / 1.1 : lowX, isLogX ? highX * 1.1 : highX, isLog: isLogX, from: frame.left, to: frame.right)
        let margin = isLogY ? 0 : (highY - lowY) * 0.04
        let y = Axis(
            isLogY ? lowY / 1.15 : yRange?.lowerBound == lowY ? lowY : lowY - margin,
            isLogY ? highY * 1.15 : yRange?.upperBound == highY ? highY : highY + margin, isLog: isLogY, from: frame.bottom,
            to: frame.top)
        frame.draw(in: &drawing, x: x, y: y, xTicks: xTicks, xLabel: xLabel, yLabel: yLabel)
        for (number, series) in series.enumerated() {
            let colour = (series.colour ?? number) % Palette.count
            let dash = series.isDashed || number >= Palette.count ? " stroke-dasharray=\"5 4\"" : ""
            // A value that is no number breaks the line.
            var runs: [[(x: Double, y: Double, place: Int)]] = [[]]
            for (place, point) in series.points.enumerated() {
                if isDrawn(point), let px = x.place(point.x), let py = y.place(point.y) {
                    runs[runs.count - 1].append((px, py, place))
                } else if !runs[runs.count - 1].isEmpty {
                    runs.append([])
                }
            }
            for run in runs where !run.isEmpty {
                if series.hasLine, run.count > 1 {
                    drawing.polyline(run.map { ($0.x, $0.y) }, "class=\"s\(colour)\(series.isFaint ? " faint" : "")\"\(dash)")
                }
                for point in run where series.hasMarks || run.count == 1 {
                    let own = series.points[point.place]
                    let what = point.place < series.titles.count
                        ? series.titles[point.place] : "\(series.name): \(short(own.y)) at \(short(own.x))"
                    drawing.circle(point.x, point.y, 2.6, "class=\"f\(colour)\"", title: what)
                }
            }
        }
        return drawing.svg
    }
}
