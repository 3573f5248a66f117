/// Rows under a heading; a wide one scrolls by itself on a narrow page.
public struct Table {
    public var columns: [String]
    public var rows: [[String]]
    /// Rows that say that something is wrong.
    public var marked: Set<Int>

    public init(_ columns: [String], _ rows: [[String]], marked: Set<Int> = []) {
        (self.columns, self.rows, self.marked) = (columns, rows, marked)
    }

    /// Without columns that say nothing.
    public var withoutEmptyColumns: Table {
        let kept = columns.indices.filter { column in rows.contains { column < $0.count && !$0[column].isEmpty } }
        return Table(kept.map { columns[$0] }, rows.map { row in kept.map { $0 < row.count ? row[$0] : "" } }, marked: marked)
    }

    /// As `short` writes them, percentages, and others.
    private static func isNumber(_ cell: String) -> Bool {
        var text = Substring(cell)
        if text.hasSuffix(" %") { text = text.dropLast(2) } else if let last = text.last, "kMG".contains(last) { text = text.dropLast() }
        return Double(text.replacing("−", with: "-")) != nil
    }

    public var html: String {
        guard !rows.isEmpty else { return "" }
        // Numbers stand below each other by their last digits.
        let cells = columns.indices.map { column in
            rows.allSatisfy { row in
                column >= row.count || row[column].isEmpty || Self.isNumber(row[column])
            } ? "td class=\"n\"" : "td"
        }
        let head = columns.contains { !$0.isEmpty }
            ? "<thead><tr>\(zip(cells, columns).map { "<th\($0.dropFirst(2))>\(escaped($1))</th>" }.joined())</tr></thead>" : ""
        let body = rows.enumerated().map { place, row in
            "<tr\(marked.contains(place) ? " class=\"wrong\"" : "")>\(zip(cells, row).map { "<\($0)>\(escaped($1))</td>" }.joined())</tr>"
        }
        return "<div class=\"wide\"><table>\(head)<tbody>\(body.joined(separator: "\n"))</tbody></table></div>"
    }
}
