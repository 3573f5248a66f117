extension DataSet {
    /// Holds a share of the samples out at random, so that each class has its share: what `--validation 0.1` does.
    ///
    /// - Returns: nil where one of the parts would have no sample.
    public func divided(holdingOut share: Double, seed: UInt64) -> (kept: DataSet, heldOut: DataSet)? {
        guard share > 0, share < 1, (1..<Double(count)).contains((share * Double(count)).rounded()) else { return nil }
        let strata = labels.isEmpty ? [Int32](repeating: 0, count: count) : labels
        let (kept, held) = stratifiedSplit(labels: strata, fraction: share, seed: seed)
        return (subset(kept), subset(held))
    }
}
