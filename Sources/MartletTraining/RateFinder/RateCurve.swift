import MartletOps

/// What a range test saw, and what it advises.
public struct RateCurve: Sendable {
    /// One step of the test.
    public struct Point: Hashable, Sendable, Codable {
        /// The learning rate of the step.
        public let rate: Double
        /// Of the step's batch, before the step.
        public let loss: Double
        /// With its neighbours on both sides, so that it lags behind neither.
        public let smoothed: Double
    }
    /// In order of the rates, which grow by the same factor from step to step.
    public let points: [Point]
    /// Nil where the curve gives none.
    public let suggestion: Double?
    /// Why, in a sentence.
    public let reason: String
    /// Where the smoothed loss was lowest.
    public let lowest: Point?
    /// The rate at which the loss was a multiple of the lowest or no number; nil where the test came to its end.
    public let divergedAt: Double?
    /// Whether it was ended from outside.
    public let isPartial: Bool

    /// - Parameters:
    ///   - losses: of every step, by growing rates.
    ///   - smoothing: as of `RateFinder`.
    ///   - diverged: whether the last loss ended the test.
    public init(_ losses: [(rate: Double, loss: Double)], smoothing: Double, diverged: Bool = false, isPartial: Bool = false) {
        let known = losses.enumerated().filter(\.element.loss.isFinite)
        points = losses.enumerated().map { place, step in
            var (sum, weights) = (0.0, 0.0)
            for (other, neighbour) in known {
                let weight = power(smoothing, Int((other - place).magnitude))
                sum += weight * neighbour.loss
                weights += weight
            }
            return Point(rate: step.rate, loss: step.loss, smoothed: step.loss.isFinite && weights > 0 ? sum / weights : .nan)
        }
        self.isPartial = isPartial
        let finite = points.filter(\.smoothed.isFinite)
        let lowest = finite.min { $0.smoothed < $1.smoothed }
        self.lowest = lowest
        divergedAt = diverged ? losses.last?.rate : nil
        (suggestion, reason) = Self.advice(finite, lowest)
    }

    /// The rate of the steepest fall on the way to the lowest point. The first tenth is left out, in which the mean has hardly begun.
    private static func advice(_ points: [Point], _ lowest: Point?) -> (Double?, String) {
        guard let lowest, let end = points.firstIndex(of: lowest) else { return (nil, "the loss was never a number") }
        let skipped = points.count / 10
        guard end - skipped >= 4 else {
            return (nil, "the loss is lowest at the smallest rates: try smaller ones, or a model that can learn")
        }
        // Slopes over some points at a time: a single step says little.
        let reach = max(1, points.count / 30)
        var steepest: (slope: Double, place: Int)?
        for place in skipped + reach ... end where place + reach < points.count {
            let (from, to) = (points[place - reach], points[place + reach])
            let slope = (to.smoothed - from.smoothed) / (logarithm(to.rate) - logarithm(from.rate))
            if slope < steepest?.slope ?? 0 { steepest = (slope, place) }
        }
        let start = points[skipped].smoothed
        guard let steepest, lowest.smoothed < 0.98 * start else {
            return (nil, "the loss never falls by more than a fiftieth, from \(text(start)) to \(text(lowest.smoothed)): try higher rates or more steps")
        }
        let rate = points[steepest.place].rate
        // Of natural logarithms into one per decade.
        let perDecade = -steepest.slope * 2.302585092994046
        return (
            rate,
            "the smoothed loss falls fastest there, by \(text(perDecade)) per factor of ten; it is lowest (\(text(lowest.smoothed))) at \(text(lowest.rate)), beyond which it rises"
        )
    }

    /// Three digits that count.
    private static func text(_ value: Double) -> String {
        guard value != 0, value.isFinite else { return "\(value)" }
        var scale = 1.0
        while value.magnitude * scale < 100 { scale *= 10 }
        while value.magnitude * scale >= 1000 { scale /= 10 }
        let rounded = (value * scale).rounded() / scale
        return rounded == rounded.rounded() && rounded.magnitude < 1e15 ? "\(Int(rounded))" : "\(rounded)"
    }
}
