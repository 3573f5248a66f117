/// What a device can do at most, as measured.
struct Limits: Sendable {
    /// Flops per second of multiply-adds in registers.
    var peak = 0.0
    /// From the smallest to the memory itself.
    var levels: [Level] = []
    /// Seconds of a launch among many in order: what a launch cannot cost less than.
    var launch = 0.0

    /// A cache, or the memory.
    struct Level: Sendable {
        var name: String
        /// Bytes that it holds; what does not fit is the next one's.
        var capacity: Int
        /// Bytes per second of a triad, with the better kind of stores.
        var bandwidth: Double

        var isMemory: Bool { capacity == .max }
    }

    /// One of them as it was measured, of which others are made.
    struct Found {
        var name: String
        var shape: String
        var unit: BenchmarkUnit
        /// What one run does, in the unit's measure.
        var amount: Double
        var outcome: Outcome

        init(_ name: String, _ shape: String, _ unit: BenchmarkUnit, _ amount: Double, _ outcome: Outcome) {
            (self.name, self.shape, self.unit, self.amount, self.outcome) = (name, shape, unit, amount, outcome)
        }
    }

    /// The level that so many bytes are served from.
    func level(holding bytes: Double) -> Level? { levels.first { bytes <= Double($0.capacity) } ?? levels.last }
}

extension BenchmarkRow {
    /// Sets a rate of flops against the peak.
    mutating func compare(flops: Double, bytes: Double, with limits: Limits) {
        (self.flops, self.bytes, limitedBy) = (flops, bytes, "fma")
        percentOfPeak = unit == .gigaflops && limits.peak > 0 ? 100 * best * 1e9 / limits.peak : nil
    }

    /// Sets a rate of bytes against that of a stream over the same memory; without one, against the bandwidth of the level
    /// that they fit in.
    mutating func compare(bytes: Double, flops: Double, with limits: Limits, stream: Double?) {
        (self.flops, self.bytes) = (flops, bytes)
        if let stream {
            (limitedBy, percentOfPeak) = ("DRAM stream", 100 * best * 1e9 / stream)
            return
        }
        guard let level = limits.level(holding: bytes), level.bandwidth > 0 else { return }
        limitedBy = level.name
        percentOfPeak = 100 * best * 1e9 / level.bandwidth
    }
}
