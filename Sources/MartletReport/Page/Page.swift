/// A page of charts, tables and pictures in one file: nothing to load, no scripts, in light and dark, wide and narrow.
public struct Page {
    public var title: String
    /// HTML below the title.
    private var parts: [String] = []

    public init(_ title: String) { self.title = title }

    public var html: String {
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(escaped(title))</title><link rel="icon" href="data:,"><style>\(Self.style)</style></head><body><main>
        <h1>\(escaped(title))</h1>
        \(parts.joined(separator: "\n"))
        </main></body></html>

        """
    }

    public mutating func heading(_ text: String) { parts.append("<h2>\(escaped(text))</h2>") }

    public mutating func paragraph(_ text: String) { parts.append("<p>\(escaped(text))</p>") }

    /// Lines below each other.
    public mutating func lines(_ lines: [String]) { parts.append("<p>\(lines.map(escaped).joined(separator: "<br>"))</p>") }

    /// Beside each other where there is room; charts of nothing are left out.
    public mutating func charts(_ charts: [any Chart]) {
        let drawn = charts.map(\.html).filter { !$0.isEmpty }
        if !drawn.isEmpty { parts.append("<div class=\"charts\">\(drawn.joined(separator: "\n"))</div>") }
    }

    public mutating func table(_ table: Table) { parts.append(table.html) }

    public mutating func pictures(_ pictures: [Picture]) {
        if !pictures.isEmpty { parts.append("<div class=\"pictures\">\(pictures.map(\.html).joined())</div>") }
    }

    /// Something that is wrong or right, set off from the rest.
    public mutating func notice(_ heading: String, _ lines: [String], isGood: Bool) {
        parts.append("<section class=\"notice \(isGood ? "good" : "bad")\"><h3>\(escaped(heading))</h3>"
            + lines.map { "<p>\(escaped($0))</p>" }.joined() + "</section>")
    }
}
