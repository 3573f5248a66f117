import MartletKernels
import Testing

private func permutation(_ n: Int, key: UInt32) -> [Int] {
    (0..<n).map { Int(martlet_host_permute(UInt32($0), UInt32(n), key, 99)) }
}

@Suite("Keyed permutation") struct PermutationTests {
    @Test func isBijective() {
        for n in Array(1...70) + [255, 256, 257, 1023, 1024, 1025, 1797, 4096, 4097, 60000, 65536, 65537, 1_000_003] {
            var seen = [Bool](repeating: false, count: n)
            for value in permutation(n, key: 3) { seen[value] = true }
            #expect(!seen.contains(false), "n = \(n)")
        }
    }

    @Test func largestRangeStaysInside() {
        let n = UInt32(Int32.max)
        for position in [0, 1, 12345, n / 2, n - 1] { #expect(martlet_host_permute(position, n, 1, 2) < n) }
    }

    @Test func keysGiveDifferentOrders() {
        #expect(Set((0..<1000).map { permutation(60, key: $0) }).count == 1000)
        #expect(permutation(60, key: 5) == permutation(60, key: 5))
    }

    /// A random permutation moves a position by n / 3 on average, keeps one position and two neighbours.
    @Test func isWellMixed() {
        let n = 1797
        let keys = 100
        var displacement = 0.0
        var fixed = 0
        var neighbours = 0
        for key in 0..<keys {
            let values = permutation(n, key: UInt32(key))
            for (position, value) in values.enumerated() {
                displacement += Double(abs(position - value))
                fixed += position == value ? 1 : 0
                neighbours += position > 0 && abs(values[position - 1] - value) == 1 ? 1 : 0
            }
        }
        #expect(abs(displacement / Double(keys * n * n) - 1.0 / 3) < 0.005)
        #expect(abs(Double(fixed) / Double(keys) - 1) < 0.5)
        #expect(abs(Double(neighbours) / Double(keys) - 2) < 0.7)
    }

    /// Every value is equally likely at every position: chi-square with 59 * 59 degrees of freedom.
    @Test func isUniform() {
        let n = 60
        let keys = 6000
        var counts = [Double](repeating: 0, count: n * n)
        for key in 0..<keys {
            for (position, value) in permutation(n, key: UInt32(key)).enumerated() { counts[position * n + value] += 1 }
        }
        let expected = Double(keys) / Double(n)
        let statistic = counts.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
        let freedom = Double((n - 1) * (n - 1))
        #expect(abs(statistic - freedom) < 5 * (2 * freedom).squareRoot())
    }
}
