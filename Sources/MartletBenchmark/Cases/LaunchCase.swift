import MartletBackend
import MartletConformance
import MartletCore
import MartletOps

/// A case that is one launch, or a few: what is measured, how its result is checked, and who competes.
struct LaunchCase {
    var suite: BenchmarkSuite
    var name: String
    var shape: String
    var unit: BenchmarkUnit
    var cost: Cost
    var task: () throws -> Workload
    /// What is wrong with the results; nil where nothing is. Without one they are compared, bit by bit, with those of
    /// the target's checker.
    var verify: ((Workload, [HostArray]) -> String?)?
    /// Libraries, given the task and the target.
    var rivals: (Workload, BenchmarkTarget) throws -> [Contestant] = { _, _ in [] }

    init(
        _ suite: BenchmarkSuite, _ name: String, _ shape: String, unit: BenchmarkUnit, cost: Cost, task: @escaping () throws -> Workload
    ) {
        (self.suite, self.name, self.shape, self.unit, self.cost, self.task) = (suite, name, shape, unit, cost, task)
    }

    var amount: Double { Double(unit == .gigabytes ? cost.bytes : cost.flops) }

    /// Measures the case on a target.
    func measure(on target: BenchmarkTarget, against opponents: Opponents, _ schedule: Schedule, shouldStop: () -> Bool) throws -> BenchmarkRow {
        var outcomes: [Outcome]
        var stream: Double?
        do {
            let task = try self.task(), run = try LaunchRun(task, on: target.device)
            let competing = try contestants(run, task, on: target, against: opponents)
            let reference = unit == .gigabytes ? BufferStream(over: run, cost: cost) : nil
            let streams = reference.map { target.contestants($0, bytes: Double(cost.bytes)) } ?? []
            outcomes = try takeTurns(competing + streams, schedule, shouldStop: shouldStop)
            if let reference, let best = outcomes[competing.count...].map(\.best).min() { stream = reference.bytes / best }
            outcomes.removeLast(streams.count)
        } catch let error as DeviceError {
            // What one device cannot hold or build is that case's news, not the run's end.
            outcomes = [Outcome("martlet", problem: "\(error)")]
        }
        for other in outcomes.dropFirst() { if let problem = other.problem { opponents.disqualify(other.name, name, shape, problem) } }
        var row = BenchmarkRow(
            suite, name, shape, on: target, unit: unit, amount: amount, outcomes[0], against: Array(outcomes.dropFirst()))
        if unit == .gigabytes {
            row.compare(bytes: Double(cost.bytes), flops: Double(cost.flops), with: target.limits, stream: stream)
        } else {
            row.compare(flops: Double(cost.flops), bytes: Double(cost.bytes), with: target.limits)
        }
        return row
    }

    private func contestants(
        _ run: LaunchRun, _ task: Workload, on target: BenchmarkTarget, against opponents: Opponents
    ) throws -> [Contestant] {
        let check = checking(task, target.checker)
        var contestants = [
            Contestant(name: "martlet", prepare: run.reset, run: run.run, check: { launches in try check(launches, try run.read()) })
        ]
        if target.isOpenCL, opponents.has(.cpu) {
            let other = try LaunchRun(task, on: target.checker)
            contestants.append(Contestant(name: "cpu", prepare: other.reset, run: other.run))
        }
        return contestants + (try rivals(task, target))
    }

    /// Compares results with the right ones, which are computed when they are first needed.
    private func checking(_ task: Workload, _ checker: any Device) -> (Int, [HostArray]) throws -> String? {
        if let verify { return { _, results in verify(task, results) } }
        var expected: (launches: Int, results: [HostArray])?
        return { launches, results in
            // Where launches find what others left, it matters how many there were.
            let needed = task.isInPlace ? launches : 1
            if expected?.launches != needed {
                let run = try LaunchRun(task, on: checker)
                try run.reset()
                try run.run(needed)
                expected = (needed, try run.read())
            }
            for (place, (got, right)) in zip(results, expected!.results).enumerated() where got != right && !sameBits(got, right) {
                guard got.dtype == .float32, let index = firstDifference(got.floats, right.floats) else { return "result \(place) differs from \(checker.name)'s" }
                return "result \(place)[\(index)] is \(got.floats[index]), and \(right.floats[index]) on \(checker.name)"
            }
            return nil
        }
    }
}
