import MartletData
import Testing

@Suite struct StratifiedSplitTests {
    @Test(arguments: [0, 0.1, 0.2, 1.0 / 3, 0.5, 0.9, 1], [1, 2, 3, 10, 101, 1000])
    func countsAreExact(_ fraction: Double, _ count: Int) {
        let labels = (0..<count).map { Int32($0 * $0 % 7 % 3) }
        let (kept, heldOut) = stratifiedSplit(labels: labels, fraction: fraction, seed: 3)
        #expect(heldOut.count == Int((fraction * Double(count)).rounded()))
        #expect((kept + heldOut).sorted() == Array(0..<count))
        #expect(kept == kept.sorted() && heldOut == heldOut.sorted())
        // One of each class stays, unless so few stay that it cannot be.
        if kept.count >= Set(labels).count { #expect(Set(kept.map { labels[$0] }) == Set(labels)) }
    }

    @Test func largestRemaindersDecide() {
        // Shares of 4: 2.0, 1.2, 0.8.
        let labels =
            [Int32](repeating: 5, count: 5) + [Int32](repeating: -1, count: 3) + [Int32](repeating: 9, count: 2)
        let (_, heldOut) = stratifiedSplit(labels: labels, fraction: 0.4, seed: 0)
        #expect(heldOut.map { labels[$0] } == [5, 5, -1, 9])
    }

    @Test func seedsDiffer() {
        let labels = [Int32](repeating: 0, count: 100)
        let parts = Set((0..<20).map { stratifiedSplit(labels: labels, fraction: 0.2, seed: $0).heldOut })
        #expect(parts.count == 20)
        #expect(
            stratifiedSplit(labels: labels, fraction: 0.2, seed: 1 << 40).heldOut
                != stratifiedSplit(labels: labels, fraction: 0.2, seed: 0).heldOut)
        #expect(stratifiedSplit(labels: [], fraction: 0.2, seed: 0).kept.isEmpty)
    }

    /// Every sample is held out about equally often.
    @Test func noPositionIsFavoured() {
        var hits = [Int](repeating: 0, count: 50)
        for seed in 0..<2000 as Range<UInt64> {
            for index in stratifiedSplit(labels: [Int32](repeating: 0, count: 50), fraction: 0.2, seed: seed).heldOut {
                hits[index] += 1
            }
        }
        // 400 expected, deviation 18.
        #expect(hits.allSatisfy { 310...490 ~= $0 }, "\(hits)")
    }

    /// The parts of a seed are a promise: saved runs and reports rest on it.
    @Test func partsAreFrozen() {
        let heldOut = stratifiedSplit(labels: (0..<20).map { Int32($0 % 2) }, fraction: 0.3, seed: 42).heldOut
        #expect(heldOut == [0, 2, 5, 9, 14, 15])
    }
}
