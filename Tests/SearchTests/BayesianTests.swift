import Foundation
import MartletFormats
import MartletSearch
import Testing

@Suite struct BayesianTests {
    /// The median over 20 seeds of what is lacking to the least value after 50 trials is lower than random search's.
    @Test(arguments: [
        ("Branin", Functions.braninSpace, Functions.braninLeast, Functions.branin),
        ("Hartmann-6", Functions.hartmannSpace, Functions.hartmannLeast, Functions.hartmann6),
    ] as [(String, String, Double, @Sendable (Assignment) -> Double)])
    func regretIsBelowRandom(name: String, space: String, least: Double, function: @escaping @Sendable (Assignment) -> Double) throws {
        func regrets(_ method: String) throws -> [Double] {
            try (0..<20).map { seed in
                try Functions.values(method, space, seed: UInt64(seed), function).compactMap(\.objective).min()! - least
            }
        }
        let (bayes, random) = (Functions.median(try regrets("bayes")), Functions.median(try regrets("random")))
        print("\(name): median regret after 50 trials over 20 seeds: bayes \(bayes), random \(random)")
        #expect(bayes < random / 2)
    }

    /// Trials that fail are gone around, and noise does not lead astray.
    @Test func failuresAndNoise() throws {
        let failing = try Functions.values("bayes", Functions.braninSpace, trials: 40, seed: 3) { values in
            values["x"]!.double! > 5 ? nil : Functions.branin(values)
        }
        let failures = failing.suffix(20).count { $0.status == .diverged }
        #expect(failing.contains { $0.status == .diverged } && failures < 8, "\(failures) of the last 20 failed")
        #expect(failing.best!.objective! < 1)

        let noisy = try Functions.values("bayes", Functions.braninSpace, trials: 40, seed: 4) { values in
            // A function of the point, but as rough as noise.
            Functions.branin(values) + 5 * sin(1e4 * values["x"]!.double! + 1e5 * values["y"]!.double!)
        }
        let best = noisy.min { Functions.branin($0.values) < Functions.branin($1.values) }!
        #expect(Functions.branin(best.values) < 3)

        let hopeless = try Functions.values("bayes", Functions.braninSpace, trials: 12, seed: 5) { _ in nil }
        #expect(hopeless.count == 12 && hopeless.best == nil)
        let flat = try Functions.values("bayes", Functions.braninSpace, trials: 12, seed: 5) { _ in 1 }
        #expect(flat.count == 12 && flat.best?.number == 0)
    }

    /// A space of few choices is gone through without a repetition, and then again.
    @Test func choicesAlone() throws {
        let space = #"{"a": {"choice": [1, 2, 3]}, "b": {"choice": [true, false]}, "c": {"integers": [1, 2], "when": {"b": true}}}"#
        let trials = try Functions.values("bayes", space, trials: 15, seed: 1) { Double($0["a"]!.int!) + ($0["b"]!.bool! ? 0 : 1) }
        #expect(Set(trials.map { JSONValue.object($0.values) }).count == 9 && trials.count == 15)
        #expect(trials.best!.objective == 1)
    }

    @Test func importanceFindsWhatMatters() throws {
        let space = #"{"x": {"uniform": [0, 1]}, "y": {"uniform": [0, 1]}, "z": {"log-uniform": [1e-3, 1]}}"#
        let trials = try Functions.values("random", space, trials: 30, seed: 2) { 10 * $0["x"]!.double! + $0["y"]!.double! - 20 }
        let shares = try #require(try Functions.space(space).importance(of: trials))
        #expect(shares.map(\.name) == ["x", "y", "z"])
        #expect(shares[0].share > 0.9 && shares[1].share < 0.1 && shares[2].share < 0.02, "\(shares)")
        #expect(try Functions.space(space).importance(of: Array(trials.prefix(3))) == nil)
    }
}
