/// A curve over a logarithmic axis, drawn with characters.
struct Chart {
    /// In order of x, which are positive; y that are not finite are left out.
    let points: [(x: Double, y: Double)]
    /// An x to point at.
    var mark: Double?
    var width = 64
    var height = 14

    func text(name: String) -> String {
        let shown = points.filter { $0.y.isFinite }
        guard let first = points.first, let last = points.last, let least = shown.map(\.y).min(), let greatest = shown.map(\.y).max(),
            last.x > first.x
        else { return "\(name): nothing to draw" }
        // What runs away would press the rest flat.
        let top = max(least, min(greatest, max(shown[0].y, least) + 0.3 * max((shown[0].y - least).magnitude, 1e-12)))
        let span = top > least ? top - least : 1
        var grid = Array(repeating: Array(repeating: Character(" "), count: width), count: height)
        func column(_ x: Double) -> Int {
            // By rank: the points of a range test are evenly spaced along a logarithmic axis.
            let below = points.lastIndex { $0.x <= x } ?? 0
            return below * (width - 1) / max(1, points.count - 1)
        }
        if let mark { for row in 0..<height { grid[row][column(mark)] = "┊" } }
        for point in shown {
            let share = min(1, (top - point.y) / span)
            grid[min(height - 1, max(0, Int((share * Double(height - 1)).rounded())))][column(point.x)] = "●"
        }
        let labels = (0..<height).map { row in Format.fixed(top - span * Double(row) / Double(height - 1), 3) }
        let margin = labels.map(\.count).max() ?? 0
        var lines = [name]
        for (row, cells) in grid.enumerated() { lines.append(Format.leftPadded(labels[row], margin) + " │" + String(cells)) }
        lines.append(String(repeating: " ", count: margin) + " └" + String(repeating: "─", count: width))
        let (left, right) = (Format.scientific(first.x), Format.scientific(last.x))
        var axis = Array(Format.rightPadded(left, width))
        axis.replaceSubrange((width - right.count)..., with: right)
        if let mark {
            let text = "▲ " + Format.scientific(mark)
            let start = max(0, min(column(mark), width - text.count))
            if start > left.count, start + text.count < width - right.count { axis.replaceSubrange(start ..< start + text.count, with: text) }
        }
        lines.append(String(repeating: " ", count: margin + 2) + String(axis))
        return lines.map { line in
            var line = line
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}
