/// Divides samples at random so that each class has its share of both parts (largest remainders).
///
/// Exactly round(fraction * count) samples are held out. Of every class at least one is kept, as far as that number
/// allows. Equal arguments give equal parts on every machine; both are in ascending order.
///
/// - Precondition: `fraction` is 0 ... 1.
public func stratifiedSplit(
    labels: [Int32], fraction: Double, seed: UInt64
) -> (kept: [Int], heldOut: [Int]) {
    precondition(0...1 ~= fraction, "a fraction is 0 ... 1, not \(fraction)")
    let total = Int((fraction * Double(labels.count)).rounded())
    var sizes: [Int32: Int] = [:]
    for label in labels { sizes[label, default: 0] += 1 }
    var quotas = heldOutPerClass(sizes, total: total, count: labels.count)

    var isHeldOut = [Bool](repeating: false, count: labels.count)
    for index in keyedPermutation(count: labels.count, seed: seed, stream: splitStream)
    where quotas[labels[index], default: 0] > 0 {
        quotas[labels[index]]! -= 1
        isHeldOut[index] = true
    }
    return (labels.indices.filter { !isHeldOut[$0] }, labels.indices.filter { isHeldOut[$0] })
}

/// How many of each class are held out; together `total`.
private func heldOutPerClass(_ sizes: [Int32: Int], total: Int, count: Int) -> [Int32: Int] {
    // Integers, so that nothing is rounded: the share of a class is total * size / count.
    var quotas: [Int32: Int] = [:]
    for (label, size) in sizes { quotas[label] = min(total * size / count, size - 1) }
    // The larger remainder first, then the smaller label.
    let order = sizes.keys.sorted {
        (-(total * sizes[$0]! % count), $0) < (-(total * sizes[$1]! % count), $1)
    }
    var missing = total - quotas.values.reduce(0, +)
    // One more for each class in turn; the last of a class only when nothing else is left.
    for leftBehind in [1, 0] {
        var gave = true
        while missing > 0, gave {
            gave = false
            for label in order where missing > 0 && quotas[label]! < sizes[label]! - leftBehind {
                quotas[label]! += 1
                missing -= 1
                gave = true
            }
        }
    }
    return quotas
}

/// "split": what tells this use of a seed from others.
private let splitStream: UInt32 = 0x5350_4c54
