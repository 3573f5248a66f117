/// A table of numbers as cells of one colour, the stronger the larger.
public struct HeatMap: Chart {
    public var title: String
    public var xLabel: String
    public var yLabel: String
    public var columns: [String]
    public var rows: [String]
    /// One list for each row.
    public var values: [[Double]]
    /// Whether the cells say their number.
    public var hasNumbers: Bool
    /// Strength by the share of the row's sum, for rows of different weight; else by that of the largest value.
    public var isByRow: Bool
    /// What each cell is, for whoever points at it.
    public var describe: @Sendable (_ row: Int, _ column: Int) -> String

    public init(
        _ title: String, x xLabel: String, y yLabel: String, columns: [String], rows: [String], values: [[Double]],
        hasNumbers: Bool = false, isByRow: Bool = false, describe: (@Sendable (_ row: Int, _ column: Int) -> String)? = nil
    ) {
        (self.title, self.xLabel, self.yLabel, self.columns, self.rows) = (title, xLabel, yLabel, columns, rows)
        (self.values, self.hasNumbers, self.isByRow) = (values, hasNumbers, isByRow)
        self.describe = describe ?? { "\(rows[$0]), \(columns[$1]): \(short(values[$0][$1]))" }
    }

    public var svg: String {
        guard !rows.isEmpty, !columns.isEmpty else { return "" }
        let longest = rows.map(\.count).max() ?? 0
        let left = min(130, 30 + 6.5 * Double(longest))
        let cell = (width: (430 - left) / Double(columns.count), height: min(28, max(8, 280 / Double(rows.count))))
        let top = 26.0, bottom = top + cell.height * Double(rows.count)
        var drawing = Drawing(width: 440, height: bottom + 24, label: title)
        let largest = values.joined().filter(\.isFinite).max() ?? 0
        // Names that do not fit beside each other are thinned out.
        let wide = Double(columns.map(\.count).max() ?? 1) * 6.5 + 4
        let stride = max(1, Int((wide / cell.width).rounded(.up)))
        for (number, name) in columns.enumerated() where number % stride == 0 {
            drawing.text(left + cell.width * (Double(number) + 0.5), top - 6, name, .middle)
        }
        for (row, line) in values.enumerated() {
            let y = top + cell.height * Double(row)
            if cell.height >= 11 || row % 2 == 0 {
                drawing.text(left - 5, y + cell.height / 2 + 4, String(rows[row].prefix(18)), .end)
            }
            let whole = isByRow ? line.reduce(0, +) : largest
            for (column, value) in line.enumerated() {
                let share = whole > 0 && value.isFinite ? min(1, max(0, value / whole)) : 0
                // A single case among thousands can still be seen.
                let strength = share > 0 ? 0.08 + 0.92 * share.squareRoot() : 0.03
                let x = left + cell.width * Double(column)
                drawing.rectangle(
                    x, y, cell.width - 1, cell.height - 1, "class=\"f0\" fill-opacity=\"\((strength * 100).rounded() / 100)\"",
                    title: describe(row, column))
                if hasNumbers, value != 0, cell.width >= 6.5 * Double(short(value).count) {
                    drawing.text(
                        x + cell.width / 2 - 0.5, y + cell.height / 2 + 4, short(value), .middle,
                        style: "class=\"\(strength > 0.55 ? "on" : "in")\"")
                }
            }
        }
        drawing.text((left + 430) / 2, bottom + 16, xLabel, .middle)
        drawing.text(11, (top + bottom) / 2, yLabel, .middle, turned: true)
        return drawing.svg
    }
}
