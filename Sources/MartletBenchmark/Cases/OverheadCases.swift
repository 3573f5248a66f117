import MartletBackend
import MartletCore
import MartletOps
import MartletTraining

/// What a launch, a step and a start cost where there is next to nothing to compute.
enum OverheadCases {
    static let names = ["launch", "launch and finish", "step", "first step"]

    static func measure(
        _ name: String, on target: BenchmarkTarget, _ schedule: Schedule, shouldStop: () -> Bool
    ) throws -> [BenchmarkRow] {
        switch name {
        case "launch": [try launches(100, on: target, schedule, shouldStop)]
        case "launch and finish": [try launches(1, on: target, schedule, shouldStop)]
        case "step": [try step(on: target, schedule, shouldStop)]
        default: try FirstStep.measure(on: target, rounds: min(5, schedule.rounds), shouldStop: shouldStop)
        }
    }

    /// One after another in a program, each doubling what the one before has left.
    private static func launches(_ count: Int, on target: BenchmarkTarget, _ schedule: Schedule, _ shouldStop: () -> Bool) throws -> BenchmarkRow {
        let type = TensorType([16])
        let doubling = Pointwise(Expression { e in e.apply(.add, e.operand(0), e.operand(0)) })
        let memory = try target.device.makeBuffer(.float32, count: 16 * (count + 1), purpose: "small launches")
        let launches = (0..<count).map {
            Launch(doubling, [Slot(.external(0), offset: 16 * $0, type)], [Slot(.external(0), offset: 16 * ($0 + 1), type)], label: "\($0)")
        }
        let executable = try target.device.prepare(Program(launches), regions: [.external(0): memory])
        let start: Float = 0x1p-60
        let contestant = Contestant(
            name: "martlet",
            prepare: {
                try memory.fill(byte: 0xFF)
                try memory.write(HostArray([16], [Float](repeating: start, count: 16)), at: 0)
            },
            run: { runs in
                for _ in 0..<runs {
                    try executable.run(StepParameters())
                    if count == 1 { try target.device.finish() }
                }
                try target.device.finish()
            },
            check: { _ in
                let expected = (0..<count).reduce(start) { value, _ in value + value }
                let found = try memory.read(type, at: 16 * count).floats
                return found.allSatisfy { $0 == expected } ? nil : "the last launch has left \(found[0]), not \(expected)"
            })
        var outcome = try takeTurns([contestant], schedule, shouldStop: shouldStop)[0]
        outcome = Outcome(outcome.name, seconds: outcome.seconds.map { $0 / Double(count) }, problem: outcome.problem)
        var row = BenchmarkRow(
            .overhead, count == 1 ? "launch and finish" : "launch", count == 1 ? "alone" : "each of \(count)", on: target,
            unit: .microseconds, amount: 1, outcome)
        // On a processor small launches fork nothing.
        if count > 1, target.isOpenCL, target.limits.launch > 0 { (row.limitedBy, row.percentOfPeak) = ("launch", 100 * target.limits.launch / outcome.best) }
        return row
    }

    private static func step(on target: BenchmarkTarget, _ schedule: Schedule, _ shouldStop: () -> Bool) throws -> BenchmarkRow {
        let batch = 4
        let data = try StepModel.tiny.data(samples: batch * 64)
        let ours = try TrainingTurns(.tiny, data, batch: batch, on: target.device)
        let other = try TrainingTurns(.tiny, data, batch: batch, on: target.checker)
        var times: [Double] = []
        for _ in 0..<max(3, schedule.rounds) {
            if shouldStop() { throw BenchmarkInterrupted() }
            times.append(try ours.turn())
            _ = try other.turn()
        }
        let same = try ours.weightsSHA256() == other.weightsSHA256()
        let outcome = Outcome("martlet", seconds: times, problem: same ? nil : "the weights differ from \(target.checker.name)'s")
        let cost = try StepModel.tiny.cost(batch: batch)
        return BenchmarkRow(
            .overhead, "step", "\(StepModel.tiny.name), \(cost.launches) launches", on: target, unit: .microseconds, amount: 1, outcome)
    }
}
