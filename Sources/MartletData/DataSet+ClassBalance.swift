extension DataSet {
    /// Weights under which every class counts alike: samples / (classes x samples of the class), and 1 for a class without samples.
    /// Nil for a set of values.
    public var balancedClassWeights: [Double]? {
        let counts = classCounts
        return counts.isEmpty ? nil : counts.map { $0 == 0 ? 1 : Double(count) / (Double(counts.count) * Double($0)) }
    }
}
