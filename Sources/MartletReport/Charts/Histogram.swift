/// How often values fall between edges.
public struct Histogram: Hashable, Sendable {
    public var low: Double
    public var high: Double
    /// Of equally wide bins from `low` to `high`.
    public var counts: [Double]

    public init(low: Double, high: Double, counts: [Double]) { (self.low, self.high, self.counts) = (low, high, counts) }

    public var total: Double { counts.reduce(0, +) }
    public var binWidth: Double { (high - low) / Double(max(1, counts.count)) }

    /// Of values in memory; those that are no numbers are left out.
    public init(of values: some Sequence<Double>, bins: Int = 30) {
        let values = values.filter(\.isFinite)
        let (low, high) = (values.min() ?? 0, values.max() ?? 0)
        var counts = [Double](repeating: 0, count: bins)
        for value in values {
            let place = high > low ? Int((value - low) / (high - low) * Double(bins)) : 0
            counts[min(bins - 1, max(0, place))] += 1
        }
        self.init(low: low, high: high, counts: counts)
    }
}
