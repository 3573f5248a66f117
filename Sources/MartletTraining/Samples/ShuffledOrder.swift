import MartletKernels
import MartletNN

/// The order in which an epoch visits samples: a permutation that is a function of seed and epoch, the same on every
/// machine. A source of samples that uses it trains a model as the data set does.
public struct ShuffledOrder: Sendable {
    /// Samples of the epoch.
    public let count: Int
    let key: UInt64

    /// - Parameter epoch: from 1.
    /// - Precondition: `count` is below 2^31.
    public init(count: Int, seed: UInt64, epoch: Int) {
        self.count = count
        var words: [UInt32] = [UInt32(truncatingIfNeeded: epoch - 1), 0, 0, Streams.shuffles]
        let counter = words
        martlet_host_philox(counter, UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32), &words)
        key = UInt64(words[0]) << 32 | UInt64(words[1])
    }

    /// The sample that comes at a place.
    public subscript(place: Int) -> Int {
        Int(martlet_host_permute(UInt32(place), UInt32(count), UInt32(truncatingIfNeeded: key), UInt32(key >> 32)))
    }
}
