import MartletFormats

/// Three rounds: many short trials over the whole space, then fewer and longer ones in the box around the best quarter of the
/// round before, with half of its side added (Stanford CS231n, Neural networks 3). A trial of the last round has all epochs,
/// one of the first a ninth.
struct CoarseToFine: SearchMethod {
    private let space: SearchSpace
    private let epochs: Int
    private let draws: Draws
    /// Trials of each round.
    private let counts: [Int]

    init(_ space: SearchSpace, trials: Int, epochs: Int, seed: UInt64) {
        (self.space, self.epochs) = (space, epochs)
        draws = Draws(seed: seed, purpose: .trials)
        let last = max(1, trials / 7), middle = max(1, 2 * trials / 7)
        counts = trials < 3 ? [0, 0, trials] : [trials - middle - last, middle, last]
    }

    func next(after trials: [Trial]) -> Proposal? {
        var first = 0
        for (stage, count) in counts.enumerated() {
            if trials.count < first + count {
                let ranges = ranges(stage, trials.filter { $0.stage == stage - 1 })
                let point = zip(draws.point(trials.count, dimensions: space.parameters.count), ranges).map { share, range in
                    range.pick(share)
                }
                return Proposal(
                    number: trials.count, stage: stage, values: space.assignment(at: point), epochs: max(1, epochs / [9, 3, 1][stage]))
            }
            first += count
        }
        return nil
    }

    /// Where a coordinate may lie: a range of shares, or some of the choices.
    private enum Range {
        case between(Double, Double)
        case among([Double])

        func pick(_ share: Double) -> Double {
            switch self {
            case .between(let low, let high): low + share * (high - low)
            case .among(let shares): shares[min(shares.count - 1, Int(share * Double(shares.count)))]
            }
        }
    }

    private func ranges(_ stage: Int, _ before: [Trial]) -> [Range] {
        let best = before.ranked().prefix(max(2, before.count / 4))
        return space.parameters.map { parameter in
            let values = best.compactMap { $0.values[parameter.name] }
            let shares = values.map(parameter.domain.share)
            guard let low = shares.min(), let high = shares.max() else { return .between(0, 1) }
            if case .choice = parameter.domain { return .among(Array(Set(shares)).sorted()) }
            let margin = max((high - low) / 2, 0.05)
            return .between(max(0, low - margin), min(1 - 0x1p-53, high + margin))
        }
    }
}
