/// Numbers as people read them.
enum Format {
    /// `0.9722` for 4 digits; `-` for nothing.
    static func fixed(_ value: Double?, _ digits: Int) -> String {
        guard let value else { return "-" }
        guard value.isFinite, value.magnitude < 1e15 else { return "\(value)" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let whole = (value.magnitude * scale).rounded()
        let integer = Int64(whole / scale)
        let rest = Int64(whole - Double(integer) * scale)
        let fraction = digits == 0 ? "" : "." + leftPadded("\(rest)", digits, with: "0")
        return (value < 0 && whole > 0 ? "-" : "") + "\(integer)\(fraction)"
    }
    /// `97.22 %`
    static func percent(_ share: Double?) -> String { share.map { fixed(100 * $0, 2) + " %" } ?? "-" }

    /// `1.5 MiB`
    static func bytes(_ count: Int) -> String {
        var (value, unit) = (Double(count), 0)
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        while value >= 1024, unit < units.count - 1 { (value, unit) = (value / 1024, unit + 1) }
        return unit == 0 ? "\(count) B" : "\(fixed(value, 1)) \(units[unit])"
    }
    /// `12.3k`, `4.5M`, `6.7G`
    static func count(_ number: Double) -> String {
        for (limit, unit) in [(1e9, "G"), (1e6, "M"), (1e4, "k")] where number >= limit {
            return fixed(number / (unit == "k" ? 1e3 : limit), 1) + unit
        }
        return fixed(number, 0)
    }

    /// `1.2e-07`
    static func scientific(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
        var (digits, exponent) = (value.magnitude, 0)
        while digits >= 10 { (digits, exponent) = (digits / 10, exponent + 1) }
        while digits < 1 { (digits, exponent) = (digits * 10, exponent - 1) }
        // Rounding may carry.
        if digits >= 9.95 { (digits, exponent) = (1, exponent + 1) }
        let power = leftPadded("\(exponent.magnitude)", 2, with: "0")
        return (value < 0 ? "-" : "") + fixed(digits, 1) + "e" + (exponent < 0 ? "-" : "+") + power
    }

    static func leftPadded(_ text: String, _ width: Int, with filler: Character = " ") -> String {
        String(repeating: filler, count: max(0, width - text.count)) + text
    }
    static func rightPadded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// Rows in aligned columns; the first row is the heading. Columns named in `left` are aligned left.
    static func table(_ rows: [[String]], left: Set<Int> = [0]) -> String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                left.contains(column) ? rightPadded(cell, widths[column]) : leftPadded(cell, widths[column])
            }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}
