/// Takes snapshots as a run goes on: at every end of a cycle, of which the last ones stay. A run that is resumed with another
/// number of epochs therefore has those that it needs.
struct SnapshotKeeper {
    private let count: Int
    /// With which a cycle ends, from 1.
    private let epochs: Set<Int>

    /// Nil where no snapshots are wanted.
    /// - Throws: `badOption` where the schedule has no cycles, where one of them or the last does not end with an epoch of the
    ///   run, or where there are fewer than snapshots.
    init?(_ options: FitOptions, _ schedule: ResolvedSchedule, _ run: RunLength) throws(TrainingError) {
        guard let count = options.snapshots else { return nil }
        guard count >= 1 else { throw .badOption("a run can keep 1 or more snapshots, not \(count)") }
        guard var end = schedule.end(ofCycle: 0) else {
            let known = ScheduleRule.all.filter { $0.cycleEnd != nil }.map(\.name)
            throw .badOption(
                "snapshots are taken where a cycle of the schedule ends, and '\(schedule.lastRule)' has no cycles; take \(known.joined(separator: " or "))")
        }
        var epochs: [Int] = []
        while end <= Double(run.iterations) {
            let (epoch, inside) = Int(end).quotientAndRemainder(dividingBy: run.iterationsPerEpoch)
            guard inside == 0 else {
                throw .badOption(
                    "a cycle of the schedule ends \(inside) of \(run.iterationsPerEpoch) iterations into epoch \(epoch + 1), and snapshots are taken where an epoch ends; let cycles be whole epochs, such as t0=2epochs")
            }
            epochs.append(epoch)
            end = schedule.end(ofCycle: epochs.count)!
        }
        guard epochs.last == run.epochs else {
            let last = epochs.last.map { "the last cycle before it ends with epoch \($0)" } ?? "the first is longer than the run"
            throw .badOption("a run of \(run.epochs) epochs ends inside a cycle of its schedule: \(last). Let it end with a cycle")
        }
        guard epochs.count >= count else {
            throw .badOption("\(count) snapshots need as many cycles of the schedule, and the run has \(epochs.count)")
        }
        (self.count, self.epochs) = (count, Set(epochs))
    }

    func finished(_ epoch: Int, of owner: CompiledModel) throws(TrainingError) {
        guard epochs.contains(epoch) else { return }
        owner.snapshots.append(Snapshot(epoch: epoch, weights: try owner.weights()))
        if owner.snapshots.count > count { owner.snapshots.removeFirst() }
    }
}
