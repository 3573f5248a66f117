/// Trials drawn from the space one by one (Bergstra and Bengio 2012).
struct RandomSearch: SearchMethod {
    private let space: SearchSpace
    private let trials: Int
    private let epochs: Int
    private let draws: Draws

    init(_ space: SearchSpace, trials: Int, epochs: Int, seed: UInt64) {
        (self.space, self.trials, self.epochs) = (space, trials, epochs)
        draws = Draws(seed: seed, purpose: .trials)
    }

    func next(after trials: [Trial]) -> Proposal? {
        trials.count < self.trials ? proposal(trials.count, stage: 0, epochs: epochs) : nil
    }

    /// The trial of a number, whatever came before.
    func proposal(_ number: Int, stage: Int, epochs: Int) -> Proposal {
        let point = draws.point(number, dimensions: space.parameters.count)
        return Proposal(number: number, stage: stage, values: space.assignment(at: point), epochs: epochs)
    }
}
