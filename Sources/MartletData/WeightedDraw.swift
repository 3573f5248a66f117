import MartletKernels

/// Rows drawn with replacement, each as likely as its weight: a function of seed and epoch alone.
package struct WeightedDraw: Sendable {
    /// Sums of the weights up to each row.
    private let sums: [Double]
    private let stream: UInt32

    /// - Precondition: weights are at least 0 and one is above.
    package init(weights: [Double], stream: UInt32) {
        var total = 0.0
        sums = weights.map { weight in
            total += weight
            return total
        }
        self.stream = stream
        precondition(total > 0, "nothing can be drawn")
    }

    /// As many rows as there are. Row i is the first whose sum lies above u total, u from 53 bits of Philox at counter
    /// (i, 0, epoch, stream).
    package func rows(seed: UInt64, epoch: Int) -> [Int32] {
        var words: [UInt32] = [0, 0, 0, 0]
        return sums.indices.map { row in
            let counter: [UInt32] = [UInt32(truncatingIfNeeded: row), 0, UInt32(truncatingIfNeeded: epoch), stream]
            martlet_host_philox(counter, UInt32(truncatingIfNeeded: seed), UInt32(seed >> 32), &words)
            let bits = (UInt64(words[0]) << 32 | UInt64(words[1])) >> 11
            return Int32(place(of: Double(bits) * 0x1p-53 * sums[sums.count - 1]))
        }
    }

    /// The first row whose sum is above a value. A row of weight 0 is never that.
    private func place(of value: Double) -> Int {
        var (low, high) = (0, sums.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] > value { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
