#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Values to places along one side of a chart.
struct Axis {
    let low, high: Double
    let isLog: Bool
    let from, to: Double

    init(_ low: Double, _ high: Double, isLog: Bool = false, from: Double, to: Double) {
        // One value alone still needs room around it.
        let isPoint = !(high > low)
        let room = low == 0 ? 1 : low.magnitude / 2
        self.low = isPoint ? (isLog ? low / 2 : low - room) : low
        self.high = isPoint ? (isLog ? max(low, 1e-300) * 2 : low + room) : high
        (self.isLog, self.from, self.to) = (isLog, from, to)
    }

    /// Nil outside, and where there is no number.
    func place(_ value: Double) -> Double? {
        let share = isLog ? log2(value / low) / log2(high / low) : (value - low) / (high - low)
        return share.isFinite && share > -0.001 && share < 1.001 ? from + share * (to - from) : nil
    }

    /// Outside values at the nearest end.
    func clamped(_ value: Double) -> Double { place(min(max(value, low), high)) ?? from }

    var ticks: [Double] {
        guard isLog else { return evenTicks }
        let decades = log10(high / low)
        var ticks: [Double] = []
        var power = pow(10, log10(low).rounded(.down))
        let digits = decades > 2.2 ? [1.0] : [1, 2, 5]
        while power <= high, ticks.count < 400 {
            for digit in digits where power * digit >= low && power * digit <= high { ticks.append(power * digit) }
            power *= 10
        }
        // Where the values are all of one size, round numbers between them say more than one power of ten.
        guard ticks.count > 2 else { return evenTicks }
        let stride = max(1, ticks.count / 7)
        return ticks.enumerated().filter { $0.offset % stride == 0 }.map(\.element)
    }

    private var evenTicks: [Double] {
        let step = nice((high - low) / 5)
        // Counted in whole steps, so that rounding gathers nowhere and 0 is 0.
        return Array(stride(from: (low / step - 1e-6).rounded(.up), through: (high / step + 1e-6).rounded(.down), by: 1)).map { $0 * step }
    }

    private func nice(_ step: Double) -> Double {
        let power = pow(10, log10(max(step, 1e-300)).rounded(.down))
        return power * ([1.0, 2, 5, 10].first { $0 * power >= step * 0.999 } ?? 10)
    }
}
