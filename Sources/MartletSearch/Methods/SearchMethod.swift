import MartletCore
import MartletKernels

/// How the next trial is chosen: a function of the space, the seed and the trials so far, and of nothing else. A search that
/// was stopped therefore goes on as if it never had been.
public protocol SearchMethod: Sendable {
    /// Nil where the search is over.
    func next(after trials: [Trial]) -> Proposal?
}

/// The methods by name.
public enum SearchMethods {
    public static let names = ["bayes", "random", "coarse", "halving"]

    /// - Parameters:
    ///   - trials: how many there are in all; of `halving` how many begin.
    ///   - epochs: of a trial that is not cut short.
    public static func named(
        _ name: String, _ space: SearchSpace, trials: Int, epochs: Int, seed: UInt64
    ) -> (any SearchMethod)? {
        switch name {
        case "random": RandomSearch(space, trials: trials, epochs: epochs, seed: seed)
        case "coarse": CoarseToFine(space, trials: trials, epochs: epochs, seed: seed)
        case "halving": SuccessiveHalving(space, trials: trials, epochs: epochs, seed: seed)
        case "bayes": BayesianSearch(space, trials: trials, epochs: epochs, seed: seed)
        default: nil
        }
    }
}

/// Random numbers of a search, each a function of the seed, what it is for, and two counters.
struct Draws {
    enum Purpose: UInt32 { case trials, candidates, neighbours, importance }
    let seed: UInt64
    let purpose: Purpose

    /// At least 0 and below 1, of 53 bits.
    func uniform(_ index: Int, _ coordinate: Int) -> Double {
        var words: [UInt32] = [UInt32(truncatingIfNeeded: coordinate), UInt32(truncatingIfNeeded: index), purpose.rawValue, searchStream]
        let counter = words
        martlet_host_philox(counter, UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32), &words)
        return Double((UInt64(words[0]) << 32 | UInt64(words[1])) >> 11) * 0x1p-53
    }

    func point(_ index: Int, dimensions: Int) -> [Double] { (0..<dimensions).map { uniform(index, $0) } }
}

/// "srch": what tells this use of a seed from others.
private let searchStream: UInt32 = 0x7372_6368
