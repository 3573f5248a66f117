/// Rows under a heading; a wide one scrolls by itself on a narrow page.
public struct Table {
    public var columns: [String]
    public var rows: [[String]]
    /// Rows that say that something is wrong.
    public var marked: Set<Int>

    public init(_ columns: [String], _ rows: [[String]], marked: Set<Int> = []) {
        (self.columns, self.rows, self.marked) = (columns, rows, marked)
    }

    public var html: String {
        guard !rows.isEmpty else { return "" }
        let head = columns.contains { !$0.isEmpty }
            ? "<thead><tr>\(columns.map { "<th>\(escaped($0))</th>" }.joined())</tr></thead>" : ""
        let body = rows.enumerated().map { place, row in
            "<tr\(marked.contains(place) ? " class=\"wrong\"" : "")>\(row.map { "<td>\(escaped($0))</td>" }.joined())</tr>"
        }
        return "<div class=\"wide\"><table>\(head)<tbody>\(body.joined(separator: "\n"))</tbody></table></div>"
    }
}
