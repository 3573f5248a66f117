/// A picture of numbers, as HTML that needs no script: SVG, with its legend below. Colours are the page's.
public protocol Chart: Sendable {
    var title: String { get }
    /// What is drawn; empty where there is nothing to draw.
    var svg: String { get }
    var legend: [LegendEntry] { get }
    /// Pixels below which its letters cannot be read, of a chart that is wider than others: it takes a whole row of the page, and
    /// scrolls by itself on a narrow one. Nil for the usual size.
    var leastWidth: Double? { get }
}

/// What a mark of a chart stands for.
public struct LegendEntry: Sendable {
    public var name: String
    /// Of the page's colours, from 0.
    public var colour: Int
    public var isDashed = false

    public init(_ name: String, colour: Int, isDashed: Bool = false) {
        (self.name, self.colour, self.isDashed) = (name, colour, isDashed)
    }
}

extension Chart {
    public var legend: [LegendEntry] { [] }
    public var leastWidth: Double? { nil }

    /// The chart under its title, with the legend; empty where there is nothing to draw.
    public var html: String {
        let svg = svg
        guard !svg.isEmpty else { return "" }
        let entries = legend.map { entry in
            "<li><svg class=\"key\" viewBox=\"0 0 16 8\" aria-hidden=\"true\"><path d=\"M0 4h16\" class=\"s\(entry.colour % Palette.count)\"\(entry.isDashed ? " stroke-dasharray=\"4 3\"" : "")/></svg>\(escaped(entry.name))</li>"
        }
        let picture = leastWidth.map { "<div class=\"wide\"><div style=\"min-width: \(fixed($0))px; max-width: \(fixed(1.3 * $0))px\">\(svg)</div></div>" } ?? svg
        return "<figure\(leastWidth == nil ? "" : " class=\"broad\"")><figcaption>\(escaped(title))</figcaption>\(picture)"
            + (entries.isEmpty ? "" : "<ul class=\"legend\">\(entries.joined())</ul>") + "</figure>"
    }
}

/// The page's colours of series.
public enum Palette {
    public static let count = 8
}
