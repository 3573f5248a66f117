/// Named shares as bars beside each other, with their percentages.
public struct BarChart: Chart {
    public var title: String
    /// Shares from 0 to 1.
    public var bars: [(name: String, share: Double)]

    public init(_ title: String, _ bars: [(name: String, share: Double)]) { (self.title, self.bars) = (title, bars) }

    public var svg: String {
        guard !bars.isEmpty else { return "" }
        let row = 24.0, left = 130.0, width = 240.0
        var drawing = Drawing(width: 440, height: row * Double(bars.count) + 8, label: title)
        for (place, bar) in bars.enumerated() {
            let top = 4 + row * Double(place)
            let percent = "\((1000 * bar.share).rounded() / 10) %"
            drawing.text(left - 8, top + 15, bar.name, .end)
            drawing.rectangle(left, top + 3, max(1, width * min(max(bar.share, 0), 1)), row - 8, "class=\"f0\"", title: "\(bar.name): \(percent)")
            drawing.text(left + width * min(max(bar.share, 0), 1) + 6, top + 15, percent)
        }
        return drawing.svg
    }
}
