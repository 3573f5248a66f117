/// All begin with few epochs, and the better third of each round begins anew with three times as many, up to all of them
/// (Jamieson and Talwalkar 2016, with a factor of 3 as in Li et al. 2018).
struct SuccessiveHalving: SearchMethod {
    private let random: RandomSearch
    private let rounds: [(count: Int, epochs: Int)]

    init(_ space: SearchSpace, trials: Int, epochs: Int, seed: UInt64) {
        random = RandomSearch(space, trials: trials, epochs: epochs, seed: seed)
        var (last, factor) = (0, 1)
        while factor * 3 <= min(trials, epochs) { (last, factor) = (last + 1, factor * 3) }
        var (count, share) = (trials, factor)
        var rounds: [(count: Int, epochs: Int)] = []
        for _ in 0...last {
            rounds.append((count, epochs / share))
            (count, share) = (max(1, count / 3), share / 3)
        }
        self.rounds = rounds
    }

    func next(after trials: [Trial]) -> Proposal? {
        var before: [Trial] = []
        for (stage, round) in rounds.enumerated() {
            let done = trials.filter { $0.stage == stage }
            if stage == 0 {
                guard done.count == round.count else { return random.proposal(trials.count, stage: 0, epochs: round.epochs) }
            } else {
                // Where fewer came through than were wanted, the round is shorter.
                let survivors = before.ranked().prefix(round.count)
                guard done.count >= survivors.count else {
                    return Proposal(number: trials.count, stage: stage, values: survivors[done.count].values, epochs: round.epochs)
                }
            }
            before = done
        }
        return nil
    }
}
