/// A curve in one line of text.
enum Sparkline {
    private static let levels = Array("▁▂▃▄▅▆▇█")

    /// The last values, as many as fit, between the least and the greatest of them; a value that is no number is a gap.
    static func text(_ values: [Double], width: Int = 24) -> String {
        let shown = values.suffix(width)
        let finite = shown.filter(\.isFinite)
        guard let low = finite.min(), let high = finite.max() else { return "" }
        return String(shown.map { value in
            guard value.isFinite else { return " " }
            let share = high > low ? (value - low) / (high - low) : 0
            return levels[min(levels.count - 1, Int(share * Double(levels.count)))]
        })
    }
}
