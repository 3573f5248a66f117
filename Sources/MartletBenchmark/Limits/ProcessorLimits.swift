import CMartletBenchmark
import CMartletCPU
import MartletBackend
import MartletCore

/// The limits of the processor: multiply-adds of each instruction set, a triad through each cache, fork and join.
final class ProcessorLimits {
    private let pool: OpaquePointer
    private let threads: Int
    private let variant: String
    private(set) var limits = Limits()

    /// - Parameter variant: the instruction set that the CPU path uses.
    init(threads: Int, variant: String) throws(DeviceError) {
        guard let pool = martlet_pool_create(Int32(threads)) else {
            throw .badSelection("the system refuses \(threads) threads; ask for fewer")
        }
        (self.pool, self.threads, self.variant) = (pool, threads, variant)
    }
    deinit { martlet_pool_destroy(pool) }

    static let variants = ["avx512", "avx2", "neon", "baseline"].filter { (name: String) in martlet_limit_variant(name) != nil }

    /// Measures everything that cases are set against, and tells of each as soon as it is known.
    func measure(_ schedule: Schedule, shouldStop: () -> Bool, found: (Limits.Found) -> Void) throws {
        for name in Self.variants {
            let (flops, outcome) = try chains(name, schedule, shouldStop)
            found(.init("fma peak", name, .gigaflops, flops, outcome))
            if name == variant { limits.peak = flops / outcome.best }
        }
        for level in Self.levels(threads: threads) {
            let triads = try triads(level.bytes, schedule, shouldStop)
            for (shape, outcome) in triads { found(.init("triad", "\(level.name) \(shape)", .gigabytes, Double(level.bytes), outcome)) }
            let best = triads.map(\.1.best).min() ?? .infinity
            limits.levels.append(.init(name: level.name, capacity: level.capacity, bandwidth: Double(level.bytes) / best))
        }
        let joins = try takeTurns([Contestant(name: "fork and join") { martlet_limit_fork_joins(self.pool, $0) }], schedule, shouldStop: shouldStop)[0]
        limits.launch = joins.best
        found(.init("fork and join", "busy workers", .microseconds, 1, joins))
        found(.init("fork and join", "sleeping workers", .microseconds, 1, sleepingJoins()))
    }

    /// Looks at the peak again and keeps the higher: a shared machine may have been slow when it was measured first.
    func refresh() {
        guard let loops = martlet_limit_variant(variant), limits.peak > 0, threads > 0 else { return }
        let steps = 20000
        let flops = Double(martlet_limit_chain_flops(loops) * steps * threads)
        let clock = ContinuousClock()
        for _ in 0..<20 {
            let elapsed = clock.measure { _ = martlet_limit_chains(loops, pool, steps) }
            limits.peak = max(limits.peak, flops / elapsed.inSeconds)
        }
    }

    /// Who goes over the same memory as a launch with as many threads.
    func contestants(_ stream: BufferStream) -> [Contestant] {
        guard let loops = martlet_limit_variant(variant) else { return [] }
        return stream.contestants(loops, pool)
    }

    private func chains(_ name: String, _ schedule: Schedule, _ shouldStop: () -> Bool) throws -> (Double, Outcome) {
        let loops = martlet_limit_variant(name)
        // Without such an instruction each multiply-add is a call.
        let steps = name == "baseline" && Self.variants.count > 1 ? 500 : 20000
        let expected = chainEnd(steps)
        var value = Float.nan
        let contestant = Contestant(
            name: name,
            run: { for _ in 0..<$0 { value = martlet_limit_chains(loops, self.pool, steps) } },
            check: { _ in value == expected ? nil : "the chains end with \(value), not with \(expected)" })
        let outcome = try takeTurns([contestant], schedule, shouldStop: shouldStop)[0]
        return (Double(martlet_limit_chain_flops(loops) * steps * threads), outcome)
    }

    /// With plain and with streaming stores.
    private func triads(_ bytes: Int, _ schedule: Schedule, _ shouldStop: () -> Bool) throws -> [(String, Outcome)] {
        let count = bytes / 12
        let arrays = (0..<3).map { _ in AlignedFloats(count: count) }
        for index in 0..<count { (arrays[1].values[index], arrays[2].values[index]) = (Float(index % 1021), Float(index % 509)) }
        let loops = martlet_limit_variant(variant)
        let contestants = [("plain stores", false), ("streaming stores", true)].map { name, streaming in
            Contestant(
                name: name,
                prepare: { arrays[0].values[count / 2] = 0 },
                run: {
                    martlet_limit_triad(
                        loops, self.pool, arrays[0].values, arrays[1].values, arrays[2].values, 0.5, count, $0, streaming)
                },
                check: { _ in
                    for index in [0, count / 2, count - 1] {
                        let expected = (0.5 as Float) * Float(index % 509) + Float(index % 1021)
                        if arrays[0].values[index] != expected { return "element \(index) is \(arrays[0].values[index]), not \(expected)" }
                    }
                    return nil
                })
        }
        return try takeTurns(contestants, schedule, shouldStop: shouldStop).map { ($0.name, $0) }
    }

    /// After a rest that is longer than any spinning.
    private func sleepingJoins() -> Outcome {
        let clock = ContinuousClock()
        return Outcome("sleeping", seconds: (0..<20).map { _ in
            settle()
            return clock.measure { martlet_limit_fork_joins(pool, 1) }.inSeconds
        })
    }

    /// Caches by what the system says of them, and arrays that fit them with some room; bytes are of all three arrays.
    private static func levels(threads: Int) -> [(name: String, capacity: Int, bytes: Int)] {
        let (first, second) = (martlet_cache_bytes(1) * threads, martlet_cache_bytes(2) * threads)
        let third = martlet_cache_bytes(3)
        let unit = 12 * 64 * threads
        func rounded(_ bytes: Int) -> Int { bytes / unit * unit }
        return [
            ("L1", first, rounded(first / 2)), ("L2", second, rounded(second * 3 / 4)), ("L3", third, rounded(third * 3 / 8)),
            ("DRAM", .max, rounded(max(192 << 20, 6 * third))),
        ]
    }
}

/// What a chain ends with after so many steps, by the host's own fma.
func chainEnd(_ steps: Int) -> Float {
    var x = MARTLET_CHAIN_START
    for _ in 0..<steps { x = MARTLET_CHAIN_TERM.addingProduct(x, MARTLET_CHAIN_FACTOR) }
    return x
}
