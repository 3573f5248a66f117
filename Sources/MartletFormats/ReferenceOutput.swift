import MartletCore

/// What an operation should give, and how far from it a result may lie.
public struct ReferenceOutput: Sendable {
    /// Of the values.
    public let shape: Shape
    /// The expected elements, row by row.
    public let values: [Double]
    /// Of the tolerance `atol + rtol * |expected|`; 0 where elements must be equal.
    public let rtol: Double
    /// Of the tolerance `atol + rtol * |expected|`; 0 where elements must be equal.
    public let atol: Double
    /// The elements are integers and must be equal.
    public let isExact: Bool
    /// Which elements count; all if it is nil.
    public let mask: [Bool]?
    /// What the same computation gave in float32, where that is told.
    public let float32Run: [Double]?

    /// - Precondition: a mask has as many elements as there are values, and these fill the shape.
    public init(
        shape: Shape, values: [Double], rtol: Double, atol: Double, isExact: Bool = false, mask: [Bool]? = nil,
        float32Run: [Double]? = nil
    ) {
        precondition(values.count == shape.elementCount, "\(values.count) values do not fill the shape \(shape)")
        precondition(mask.map { $0.count == values.count } ?? true, "the mask does not fit the values")
        self.shape = shape
        self.values = values
        (self.rtol, self.atol) = isExact ? (0, 0) : (rtol, atol)
        self.isExact = isExact
        self.mask = mask
        self.float32Run = float32Run
    }

    /// The largest error of a result, as a multiple of the tolerance `atol + rtol * |expected|`: at most 1 is within it.
    public struct Comparison: Hashable, Sendable {
        /// Infinite where numbers of elements, infinities or NaN do not meet.
        public var worst: Double
        /// The element with that error; nil where nothing was compared.
        public var index: Int?
        /// Whether every element is within its tolerance.
        public var isWithin: Bool { worst <= 1 }

        /// An error as a multiple of the tolerance, and where it is.
        public init(worst: Double, index: Int?) {
            self.worst = worst
            self.index = index
        }
    }

    /// Compares a result element for element.
    public func compare(_ got: [Double]) -> Comparison {
        guard got.count == values.count else { return Comparison(worst: .infinity, index: nil) }
        var comparison = Comparison(worst: 0, index: nil)
        for index in values.indices where mask?[index] ?? true {
            let error = error(of: got[index], values[index])
            if comparison.index == nil || error > comparison.worst {
                comparison = Comparison(worst: error, index: index)
            }
        }
        return comparison
    }

    /// Compares a result element for element.
    public func compare(_ got: [Float]) -> Comparison { compare(got.map(Double.init)) }

    private func error(of got: Double, _ expected: Double) -> Double {
        if got == expected || (got.isNaN && expected.isNaN) { return 0 }
        guard got.isFinite, expected.isFinite else { return .infinity }
        // With a tolerance of 0 any difference is infinitely too large.
        return abs(got - expected) / (atol + rtol * abs(expected))
    }
}

extension ReferenceOutput {
    init(
        _ source: JSONValue, field: String, _ tensors: SafeTensors, path: String, tensorFile: String
    ) throws(FormatError) {
        func doubles(_ name: String) throws(FormatError) -> [Double] {
            _ = try tensors.required(name, path: tensorFile)
            return tensors.doubles(name) ?? []
        }
        guard let name = source["tensor"]?.string else {
            throw .badField(path: path, field: field, expected: "the name of its 'tensor'")
        }
        let isExact = source["exact"]?.bool ?? false
        let (rtol, atol) = (source["rtol"]?.double, source["atol"]?.double)
        guard isExact || (rtol != nil && atol != nil) else {
            throw .badField(path: path, field: field, expected: "'rtol' and 'atol', or 'exact'")
        }
        let values = try doubles(name)
        let mask = try source["mask"]?.string.map { (name) throws(FormatError) in try doubles(name).map { $0 != 0 } }
        guard mask.map({ $0.count == values.count }) ?? true else {
            throw .badField(path: path, field: "\(field).mask", expected: "a tensor of \(values.count) elements")
        }
        self.init(
            shape: try tensors.required(name, path: tensorFile).shape, values: values, rtol: rtol ?? 0, atol: atol ?? 0,
            isExact: isExact, mask: mask,
            float32Run: try source["float32_run"]?.string.map { (name) throws(FormatError) in try doubles(name) })
    }
}
