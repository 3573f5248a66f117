import MartletCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How long is measured.
public struct Schedule: Sendable {
    /// Turns of each contestant.
    public var rounds: Int
    /// Of each contestant in all rounds together.
    public var seconds: Double

    public init(rounds: Int = 20, seconds: Double = 0.3) {
        self.rounds = rounds
        self.seconds = seconds
    }

    var turn: Double { seconds / Double(rounds) }
}

/// Asked to stop before the measurement was done.
public struct BenchmarkInterrupted: Error {}

/// Lets all contestants take turns, round by round, each beginning one round in as many.
///
/// A turn is untimed launches for a millisecond, until threads are awake and where they belong, then as many launches as
/// fill the turn under one clock; then what they have left is looked at. Where launches, or looking at them, take long there are fewer rounds, but three at least.
func takeTurns(_ contestants: [Contestant], _ schedule: Schedule, shouldStop: () -> Bool) throws -> [Outcome] {
    var outcomes = contestants.map { Outcome($0.name) }
    var launches = [Int](repeating: 1, count: contestants.count)
    let untimed = min(1, 0.001 / schedule.turn)
    for (place, contestant) in contestants.enumerated() {
        if shouldStop() { throw BenchmarkInterrupted() }
        do {
            try contestant.prepare()
            launches[place] = try calibrated(contestant, schedule.turn)
        } catch {
            outcomes[place].problem = "\(error)"
        }
    }
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(8 * schedule.seconds * Double(contestants.count))
    for round in 0..<schedule.rounds {
        if round >= 3, clock.now > deadline { break }
        for turn in contestants.indices {
            if shouldStop() { throw BenchmarkInterrupted() }
            let place = (round + turn) % contestants.count
            guard outcomes[place].problem == nil else { continue }
            let contestant = contestants[place]
            do {
                try contestant.prepare()
                settle()
                let first = max(1, Int(untimed * Double(launches[place])))
                try contestant.run(first)
                let started = clock.now
                try contestant.run(launches[place])
                outcomes[place].seconds.append((clock.now - started).inSeconds / Double(launches[place]))
                outcomes[place].problem = try contestant.check(first + launches[place])
            } catch {
                outcomes[place].problem = "\(error)"
            }
        }
    }
    return outcomes
}

/// How many launches fill a turn, after some to warm up.
private func calibrated(_ contestant: Contestant, _ turn: Double) throws -> Int {
    let clock = ContinuousClock()
    func time(_ count: Int) throws -> Double {
        let started = clock.now
        try contestant.run(count)
        return (clock.now - started).inSeconds
    }
    _ = try time(1)
    var (count, elapsed) = (1, try time(1))
    while elapsed < turn / 2, count < 1 << 20 {
        count *= elapsed < turn / 16 ? 8 : 2
        elapsed = try time(count)
    }
    return max(1, Int(Double(count) * turn / max(elapsed, 1e-9)))
}

/// Lets threads of the one before come to rest: many libraries' spin for a while after their work, OpenBLAS's for tens of
/// milliseconds.
func settle() {
    func used() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
    var before = used()
    for _ in 0..<50 {
        usleep(2000)
        let now = used()
        if now - before < 0.0002 { return }
        before = now
    }
}
