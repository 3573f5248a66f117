import MartletKernels

/// A permutation of 0 ..< count that is a function of seed and stream alone, the same on every machine.
///
/// The stream tells apart the uses of one seed. The key is a word pair of Philox4x32-10 at counter (0, 0, 0, stream).
///
/// - Precondition: `count` is below 2^31.
func keyedPermutation(count: Int, seed: UInt64, stream: UInt32) -> [Int] {
    var words: [UInt32] = [0, 0, 0, stream]
    let counter = words
    martlet_host_philox(counter, UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32), &words)
    return (0..<count).map { Int(martlet_host_permute(UInt32($0), UInt32(count), words[0], words[1])) }
}
