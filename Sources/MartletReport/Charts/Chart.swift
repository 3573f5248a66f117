/// A picture of numbers, as HTML that needs no script: SVG, with its legend below. Colours are the page's.
public protocol Chart: Sendable {
    var title: String { get }
    /// What is drawn; empty where there is nothing to draw.
    var svg: String { get }
    var legend: [LegendEntry] { get }
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

    /// The chart under its title, with the legend; empty where there is nothing to draw.
    public var html: String {
        let svg = svg
        guard !svg.isEmpty else { return "" }
        let entries = legend.map { entry in
            "<li><svg class=\"key\" viewBox=\"0 0 16 8\" aria-hidden=\"true\"><path d=\"M0 4h16\" class=\"s\(entry.colour % Palette.count)\"\(entry.isDashed ? " stroke-dasharray=\"4 3\"" : "")/></svg>\(escaped(entry.name))</li>"
        }
        return "<figure><figcaption>\(escaped(title))</figcaption>\(svg)"
            + (entries.isEmpty ? "" : "<ul class=\"legend\">\(entries.joined())</ul>") + "</figure>"
    }
}

/// The page's colours of series.
public enum Palette {
    public static let count = 8
}
