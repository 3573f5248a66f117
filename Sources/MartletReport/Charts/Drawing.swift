/// SVG text that is put together piece by piece.
struct Drawing {
    let width: Double
    let height: Double
    private let label: String
    private var parts: [String] = []

    init(width: Double, height: Double, label: String) {
        (self.width, self.height, self.label) = (width, height, label)
    }

    var svg: String {
        "<svg viewBox=\"0 0 \(fixed(width)) \(fixed(height))\" role=\"img\" aria-label=\"\(escaped(label))\" xmlns=\"http://www.w3.org/2000/svg\">\n"
            + parts.joined(separator: "\n") + "\n</svg>"
    }

    enum Anchor: String { case start, middle, end }

    mutating func text(_ x: Double, _ y: Double, _ text: String, _ anchor: Anchor = .start, turned: Bool = false, style: String = "") {
        let place = turned ? "transform=\"translate(\(fixed(x)) \(fixed(y))) rotate(-90)\"" : "x=\"\(fixed(x))\" y=\"\(fixed(y))\""
        parts.append("<text \(place)\(anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\"")\(style.isEmpty ? "" : " \(style)")>\(escaped(text))</text>")
    }

    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) {
        parts.append("<line x1=\"\(fixed(x1))\" y1=\"\(fixed(y1))\" x2=\"\(fixed(x2))\" y2=\"\(fixed(y2))\" \(style)/>")
    }

    mutating func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String, title: String = "") {
        let head = "<rect x=\"\(fixed(x))\" y=\"\(fixed(y))\" width=\"\(fixed(max(0, width)))\" height=\"\(fixed(max(0, height)))\" \(style)"
        parts.append(title.isEmpty ? head + "/>" : head + "><title>\(escaped(title))</title></rect>")
    }

    mutating func circle(_ x: Double, _ y: Double, _ radius: Double, _ style: String, title: String = "") {
        let head = "<circle cx=\"\(fixed(x))\" cy=\"\(fixed(y))\" r=\"\(fixed(radius))\" \(style)"
        parts.append(title.isEmpty ? head + "/>" : head + "><title>\(escaped(title))</title></circle>")
    }

    mutating func polyline(_ points: [(x: Double, y: Double)], _ style: String) {
        parts.append("<polyline points=\"\(places(points))\" fill=\"none\" \(style)/>")
    }

    mutating func polygon(_ points: [(x: Double, y: Double)], _ style: String) {
        parts.append("<polygon points=\"\(places(points))\" \(style)/>")
    }

    mutating func path(_ data: String, _ style: String) { parts.append("<path d=\"\(data)\" \(style)/>") }

    /// A part that other drawings of the page can use.
    mutating func group(_ name: String, _ draw: (inout Drawing) -> Void) {
        parts.append("<g id=\"\(escaped(name))\">")
        draw(&self)
        parts.append("</g>")
    }

    /// A group of another drawing, in the same place.
    mutating func use(_ name: String) { parts.append("<use href=\"#\(escaped(name))\"/>") }

    private func places(_ points: [(x: Double, y: Double)]) -> String {
        points.map { "\(fixed($0.x)),\(fixed($0.y))" }.joined(separator: " ")
    }
}

/// The part of a drawing that has axes around it.
struct Frame {
    let left, right, top, bottom: Double

    var width: Double { right - left }
    var height: Double { bottom - top }

    /// Grid, ticks and labels.
    func draw(in drawing: inout Drawing, x: Axis, y: Axis, xTicks: [Double]? = nil, xLabel: String, yLabel: String) {
        var last = -Double.infinity
        for tick in xTicks ?? x.ticks {
            guard let place = x.place(tick) else { continue }
            drawing.line(place, top, place, bottom, "class=\"grid\"")
            let label = short(tick)
            let half = 3.2 * Double(label.count)
            // Labels that would run into each other are left out; their lines stay.
            guard place - half > last + 4 else { continue }
            drawing.text(place, bottom + 14, label, .middle)
            last = place + half
        }
        for tick in y.ticks {
            guard let place = y.place(tick) else { continue }
            drawing.line(left, place, right, place, "class=\"grid\"")
            drawing.text(left - 5, place + 4, short(tick), .end)
        }
        drawing.text((left + right) / 2, bottom + 29, xLabel, .middle)
        drawing.text(11, (top + bottom) / 2, yLabel, .middle, turned: true)
    }
}
