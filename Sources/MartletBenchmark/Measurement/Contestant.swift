/// One who takes turns at a task: Martlet on a device, or an opponent.
struct Contestant {
    let name: String
    /// Untimed, before each turn.
    var prepare: () throws -> Void = {}
    /// So many launches, done when it returns.
    let run: (_ launches: Int) throws -> Void
    /// What is wrong with the result that so many launches since `prepare` have left; nil where nothing is.
    var check: (_ launches: Int) throws -> String? = { _ in nil }
}

/// What a contestant's turns came to.
struct Outcome {
    let name: String
    /// Of one launch, by round.
    var seconds: [Double] = []
    /// Why its result does not count.
    var problem: String?

    init(_ name: String, seconds: [Double] = [], problem: String? = nil) {
        self.name = name
        self.seconds = seconds
        self.problem = problem
    }

    var best: Double { seconds.min() ?? .infinity }
    var median: Double { middle(of: seconds) }
}

/// The middle of some numbers; infinity where there are none.
func middle(of numbers: [Double]) -> Double {
    guard !numbers.isEmpty else { return .infinity }
    let sorted = numbers.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}
