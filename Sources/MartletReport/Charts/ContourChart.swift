/// A function of two variables as lines of equal value, with paths over it.
public struct ContourChart: Chart {
    public struct Path: Sendable {
        public var name: String
        public var points: [(x: Double, y: Double)]

        public init(_ name: String, _ points: [(x: Double, y: Double)]) { (self.name, self.points) = (name, points) }
    }

    /// Lines of a function weigh more than all paths over them: several charts of one function have them once.
    public enum Contours: Sendable {
        /// Drawn here, under a name that no other chart of the page has.
        case drawn(as: String)
        /// Those that a chart of the same function and the same frame draws under this name.
        case like(String)
    }

    public var title: String
    public var contours: Contours
    public var x: ClosedRange<Double>
    public var y: ClosedRange<Double>
    public var levels: [Double]
    public var paths: [Path]
    /// Marked by a cross.
    public var minimum: (x: Double, y: Double)
    private let function: @Sendable (Double, Double) -> Double

    public init(
        _ title: String, _ contours: Contours, x: ClosedRange<Double>, y: ClosedRange<Double>, levels: [Double], paths: [Path],
        minimum: (x: Double, y: Double), _ function: @escaping @Sendable (Double, Double) -> Double
    ) {
        (self.title, self.contours, self.x, self.y, self.levels) = (title, contours, x, y, levels)
        (self.paths, self.minimum, self.function) = (paths, minimum, function)
    }

    public var legend: [LegendEntry] { paths.enumerated().map { LegendEntry($1.name, colour: $0, isDashed: $0 >= Palette.count) } }

    public var svg: String {
        var drawing = Drawing(width: 440, height: 300, label: title)
        let frame = Frame(left: 56, right: 430, top: 10, bottom: 262)
        let across = Axis(x.lowerBound, x.upperBound, from: frame.left, to: frame.right)
        let up = Axis(y.lowerBound, y.upperBound, from: frame.bottom, to: frame.top)
        frame.draw(in: &drawing, x: across, y: up, xLabel: "x", yLabel: "y")
        switch contours {
        case .drawn(let name):
            drawing.group(name) { drawing in
                for level in levels { drawing.path(contour(level, across, up), "class=\"contour\"") }
            }
        case .like(let name): drawing.use(name)
        }
        for (number, path) in paths.enumerated() {
            let colour = number % Palette.count
            // A path ends where it leaves the picture or stops being a number.
            let inside = path.points.prefix { across.place($0.x) != nil && up.place($0.y) != nil }
                .map { (x: across.clamped($0.x), y: up.clamped($0.y)) }
            guard let first = inside.first, let last = inside.last else { continue }
            if inside.count > 1 { drawing.polyline(inside, "class=\"s\(colour)\"\(number >= Palette.count ? " stroke-dasharray=\"5 4\"" : "")") }
            drawing.circle(first.x, first.y, 3, "class=\"f\(colour)\"", title: "\(path.name): start")
            drawing.circle(last.x, last.y, 3, "class=\"f\(colour)\"", title: "\(path.name) after \(inside.count - 1) steps")
        }
        if let px = across.place(minimum.x), let py = up.place(minimum.y) {
            drawing.path("M\(fixed(px - 5)) \(fixed(py - 5))l10 10m0 -10l-10 10", "class=\"cross\"")
        }
        return drawing.svg
    }

    /// Marching squares: the pieces of the line that cross each cell of a grid.
    private func contour(_ level: Double, _ across: Axis, _ up: Axis) -> String {
        let (columns, rows) = (80, 60)
        func at(_ column: Int, _ row: Int) -> (x: Double, y: Double, value: Double) {
            let px = x.lowerBound + (x.upperBound - x.lowerBound) * Double(column) / Double(columns)
            let py = y.lowerBound + (y.upperBound - y.lowerBound) * Double(row) / Double(rows)
            return (px, py, function(px, py) - level)
        }
        var data = ""
        for row in 0..<rows {
            for column in 0..<columns {
                let corners = [at(column, row), at(column + 1, row), at(column + 1, row + 1), at(column, row + 1)]
                var crossings: [(x: Double, y: Double)] = []
                for side in 0..<4 {
                    let (a, b) = (corners[side], corners[(side + 1) % 4])
                    guard (a.value < 0) != (b.value < 0) else { continue }
                    let share = a.value / (a.value - b.value)
                    crossings.append((a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)))
                }
                for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
                    let (a, b) = (crossings[pair], crossings[pair + 1])
                    data += "M\(fixed(across.clamped(a.x))) \(fixed(up.clamped(a.y)))L\(fixed(across.clamped(b.x))) \(fixed(up.clamped(b.y)))"
                }
            }
        }
        return data
    }
}
