import MartletFormats
import MartletOps

/// Trials where the improvement that a Gaussian process expects over the best so far is greatest (Jones, Schonlau and Welch
/// 1998; Snoek, Larochelle and Adams 2012).
///
/// It begins with random trials, two for every parameter and at least five. The best so far is the least mean of the process
/// at a trial, not the least value, which noise may have made. Trials that failed count as the worst value seen, so that the
/// process keeps away from them. Values that are all above 0 are compared by their logarithms.
struct BayesianSearch: SearchMethod {
    private let space: SearchSpace
    private let trials: Int
    private let epochs: Int
    private let seed: UInt64
    private let random: RandomSearch

    init(_ space: SearchSpace, trials: Int, epochs: Int, seed: UInt64) {
        (self.space, self.trials, self.epochs, self.seed) = (space, trials, epochs, seed)
        random = RandomSearch(space, trials: trials, epochs: epochs, seed: seed)
    }

    func next(after trials: [Trial]) -> Proposal? {
        let number = trials.count
        guard number < self.trials else { return nil }
        guard number >= max(5, 2 * space.parameters.count), let observed = Observations(trials) else {
            return random.proposal(number, stage: 0, epochs: epochs)
        }
        let process = GaussianProcess(space, trials.map(\.values), observed.values)
        let best = trials.map { process.predict($0.values).mean }.min()!
        let tried = Set(trials.map { JSONValue.object($0.values) })

        func promise(_ point: [Double]) -> Double {
            let values = space.assignment(at: point)
            // What has been tried brings nothing new but in a space that has nothing else.
            guard !tried.contains(.object(values)) else { return -.infinity }
            let (mean, variance) = process.predict(values)
            return logExpectedImprovement(mean: mean, deviation: variance.squareRoot(), best: best)
        }
        let candidates = candidates(number, trials).map { (point: $0, promise: promise($0)) }.sorted { $0.promise > $1.promise }
        guard candidates[0].promise > -.infinity else { return random.proposal(number, stage: 0, epochs: epochs) }
        let ends = candidates.prefix(3).map { refined($0.point, $0.promise, promise) }
        let chosen = ends.max { $0.promise < $1.promise }!
        return Proposal(number: number, stage: 1, values: space.assignment(at: chosen.point), epochs: epochs)
    }

    /// Points over the whole space, and around the best trials.
    private func candidates(_ number: Int, _ trials: [Trial]) -> [[Double]] {
        let dimensions = space.parameters.count
        let draws = Draws(seed: seed, purpose: .candidates)
        var points = (0..<400).map { draws.point(number << 12 | $0, dimensions: dimensions) }
        let near = Draws(seed: seed, purpose: .neighbours)
        for (rank, trial) in trials.ranked().prefix(5).enumerated() {
            let centre = space.point(of: trial.values)
            for place in 0..<30 {
                let index = number << 12 | rank << 8 | place
                let reach = [0.2, 0.05, 0.01][place % 3]
                points.append((0..<dimensions).map { axis in
                    // The sum of three is nearly normal.
                    let sum = (0..<3).reduce(0.0) { $0 + near.uniform(index, 3 * axis + $1) } - 1.5
                    return min(max(centre[axis] + 2 * reach * sum, 0), 1 - 0x1p-53)
                })
            }
        }
        return points
    }

    /// A pattern search from a point.
    private func refined(
        _ start: [Double], _ promise: Double, _ measure: ([Double]) -> Double
    ) -> (point: [Double], promise: Double) {
        var (point, best, step) = (start, promise, 0.1)
        while step > 0.002 {
            var improved = false
            for axis in point.indices {
                for direction in [step, -step] {
                    var changed = point
                    changed[axis] = min(max(changed[axis] + direction, 0), 1 - 0x1p-53)
                    let other = measure(changed)
                    if other > best {
                        (point, best, improved) = (changed, other, true)
                        break
                    }
                }
            }
            if !improved { step /= 2 }
        }
        return (point, best)
    }
}

/// ln E[max(best - f, 0)] for a normal f; far from the best its asymptotic form, where the usual one is a difference of equals.
func logExpectedImprovement(mean: Double, deviation: Double, best: Double) -> Double {
    let z = (best - mean) / deviation
    guard z > -6 else { return logarithm(deviation) - z * z / 2 - 0.9189385332046727 - 2 * logarithm(-z) }
    return logarithm(deviation * (z * normalDistribution(z) + normalDensity(z)))
}

/// The values of trials as a surrogate model takes them: what failed is as bad as the worst, and positive values are logarithms.
struct Observations {
    let values: [Double]

    /// Nil where fewer than two trials came to a number.
    init?(_ trials: [Trial]) {
        let numbers = trials.compactMap(\.objective)
        guard numbers.count > 1, let worst = numbers.max(), let least = numbers.min() else { return nil }
        let all = trials.map { $0.objective ?? worst }
        values = least > 0 ? all.map(logarithm) : all
    }
}
