import Foundation
import MartletFormats
import MartletSearch

/// Test functions of global optimisation with known minima (Dixon and Szegö 1978).
enum Functions {
    /// Over [-5, 10] x [0, 15].
    static func branin(_ values: Assignment) -> Double {
        let (x, y) = (values["x"]!.double!, values["y"]!.double!)
        let a = y - 5.1 / (4 * .pi * .pi) * x * x + 5 / .pi * x - 6
        return a * a + 10 * (1 - 1 / (8 * .pi)) * cos(x) + 10
    }
    static let braninLeast = 0.39788735772973816
    static let braninSpace = #"{"x": {"uniform": [-5, 10]}, "y": {"uniform": [0, 15]}}"#

    /// Over the unit cube of six dimensions.
    static func hartmann6(_ values: Assignment) -> Double {
        let x = (0..<6).map { values["x\($0)"]!.double! }
        let alpha = [1.0, 1.2, 3.0, 3.2]
        let a: [[Double]] = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
        let p: [[Double]] = [
            [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886], [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
            [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650], [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
        ]
        var sum = 0.0
        for i in 0..<4 {
            var distance = 0.0
            for j in 0..<6 { distance += a[i][j] * (x[j] - p[i][j]) * (x[j] - p[i][j]) }
            sum += alpha[i] * exp(-distance)
        }
        return -sum
    }
    static let hartmannLeast = -3.322368011415515
    static let hartmannSpace = "{" + (0..<6).map { "\"x\($0)\": {\"uniform\": [0, 1]}" }.joined(separator: ", ") + "}"

    static func space(_ text: String) throws -> SearchSpace {
        try SearchSpace(json: try JSONValue(parsing: text.utf8, path: "space"), path: "space")
    }

    /// The least value that a search finds, its trials in order.
    static func values(
        _ method: String, _ text: String, trials: Int = 50, seed: UInt64, _ function: (Assignment) -> Double?
    ) throws -> [Trial] {
        let space = try space(text)
        let search = Search(
            space, SearchMethods.named(method, space, trials: trials, epochs: 1, seed: seed)!, try SearchJournal(nil, header: .null))
        try search.run { proposal in
            function(proposal.values).map { TrialOutcome(.done, objective: $0) } ?? TrialOutcome(.diverged)
        }
        return search.journal.trials
    }

    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}
