import CMartletCPU
import Testing

@Suite struct MemoryTests {
    @Test func firstNonFinite() {
        var generator = Generator(state: 51)
        for count in [0, 1, 100, 100_000] {
            var x = generator.values(count)
            withPools { pool in
                for (_, kernels) in variants {
                    #expect(martlet_first_non_finite(kernels, pool, x, count) == -1)
                    for bad: Float in [.infinity, -.infinity, .nan] where count > 0 {
                        let places = (0..<2).map { _ in Int.random(in: 0..<count, using: &generator) }
                        let before = places.map { x[$0] }
                        for place in places { x[place] = bad }
                        #expect(martlet_first_non_finite(kernels, pool, x, count) == places.min()!)
                        for (place, value) in zip(places, before) { x[place] = value.isFinite ? value : 0 }
                    }
                }
            }
        }
    }

    @Test func copiesAndFills() {
        for count in [0, 1, 15, 1000, 1_000_003] {
            withPools { pool in
                let from = (0..<count).map { UInt32(truncatingIfNeeded: $0 &* 7919) }
                var to = [UInt32](repeating: 1, count: count)
                martlet_copy(pool, &to, from, count * 4)
                #expect(to == from)
                martlet_fill(pool, &to, 0xabcd_1234, count)
                #expect(to.allSatisfy { $0 == 0xabcd_1234 })
            }
        }
    }
}
