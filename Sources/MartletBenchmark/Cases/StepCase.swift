import MartletBackend
import MartletTraining

/// A whole training step: gather of the batch, forward, loss, backward, update, metrics.
struct StepCase {
    let model: StepModel
    let batch: Int

    /// Reads batch sizes with commas between them.
    static func parse(_ text: String) throws(TrainingError) -> [Int] {
        var batches: [Int] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let batch = Int(word), (2...65536).contains(batch) else {
                throw .badOption("'\(word)' is no batch size; expected numbers from 2 to 65536 with commas, such as 64,128")
            }
            batches.append(batch)
        }
        return batches
    }

    static let usualBatches = [64, 128, 256]

    /// Equal weights on the target and its checker after as many turns verify every step that was timed.
    func measure(on target: BenchmarkTarget, against opponents: Opponents, _ schedule: Schedule, shouldStop: () -> Bool) throws -> BenchmarkRow {
        let data = try model.data(samples: batch * (try steps(on: target, schedule)))
        let ours = try TrainingTurns(model, data, batch: batch, on: target.device)
        let other = try TrainingTurns(model, data, batch: batch, on: target.checker)
        // Turns are two epochs, and the checker takes as many.
        let rounds = max(3, schedule.rounds / 4)
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(16 * schedule.seconds)
        var outcomes = [Outcome("martlet"), Outcome("cpu")]
        do {
            for round in 0..<rounds {
                if round >= 2, clock.now > deadline { break }
                for (place, turns) in [ours, other].enumerated() {
                    if shouldStop() { throw BenchmarkInterrupted() }
                    settle()
                    outcomes[place] = Outcome(outcomes[place].name, seconds: outcomes[place].seconds + [try turns.turn()])
                }
            }
            let (hash, right) = (try ours.weightsSHA256(), try other.weightsSHA256())
            if hash != right {
                outcomes[0] = Outcome(
                    "martlet", seconds: outcomes[0].seconds,
                    problem: "the weights' SHA-256 is \(hash.prefix(8))…, and \(right.prefix(8))… on \(target.checker.name)")
            }
        } catch let error as TrainingError {
            outcomes[0] = Outcome("martlet", seconds: outcomes[0].seconds, problem: "\(error)")
        }
        // On a processor the checker is held back on purpose: no opponent.
        let rivals = target.isOpenCL && opponents.has(.cpu) ? [outcomes[1]] : []
        var row = BenchmarkRow(
            .step, model.name, "batch \(batch)", on: target, unit: .samples, amount: Double(batch), outcomes[0], against: rivals)
        let cost = try model.cost(batch: batch)
        row.compare(step: Double(cost.flops), bytes: Double(cost.bytes), seconds: outcomes[0].best, with: target.limits)
        return row
    }

    /// As many as fill a turn.
    private func steps(on target: BenchmarkTarget, _ schedule: Schedule) throws -> Int {
        let probe = try TrainingTurns(model, try model.data(samples: batch), batch: batch, on: target.device)
        return max(1, min(max(1, 16384 / batch), Int(2 * schedule.turn / (try probe.turn()))))
    }
}

extension BenchmarkRow {
    /// A step is set against the peak of multiply-adds.
    fileprivate mutating func compare(step flops: Double, bytes: Double, seconds: Double, with limits: Limits) {
        (self.flops, self.bytes, limitedBy) = (flops, bytes, "fma")
        if limits.peak > 0, seconds.isFinite { percentOfPeak = 100 * flops / seconds / limits.peak }
    }
}
