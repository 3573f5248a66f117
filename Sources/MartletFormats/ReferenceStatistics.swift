/// What drawn weights should look like: mean and deviation within their tolerances; of a uniform distribution nothing beyond
/// its bound, and something near it.
public struct ReferenceStatistics: Sendable {
    /// What the values should average to.
    public let mean: Double
    /// What their standard deviation should be.
    public let deviation: Double
    /// How far the mean may stray, as a difference.
    public let meanTolerance: Double
    /// Of the ratio of deviations.
    public let deviationTolerance: Double
    /// Of every magnitude, and what the largest one reaches at least.
    public let bound: Double?
    /// What the largest magnitude must reach; nil for no bound.
    public let leastMaximum: Double?

    /// The largest error as a multiple of its tolerance, infinite for what has none, and what is wrong; nil where nothing is.
    public func compare(_ values: [Float]) -> (worst: Double, problem: String?) {
        let values = values.map(Double.init)
        guard !values.isEmpty else { return (.infinity, "there are no values") }
        let found = values.reduce(0, +) / Double(values.count)
        let spread = (values.reduce(0) { $0 + ($1 - found) * ($1 - found) } / Double(values.count)).squareRoot()
        let ratio = deviation == 0 ? (spread == 0 ? 1 : .infinity) : spread / deviation
        let errors = [(found - mean).magnitude / meanTolerance, (ratio - 1).magnitude / deviationTolerance]
        let worst = errors.contains { $0.isNaN } ? .infinity : errors.max()!
        if !(errors[0] <= 1) { return (worst, "the mean is \(found), expected \(mean) within \(meanTolerance)") }
        if !(errors[1] <= 1) { return (worst, "the deviation is \(spread), expected \(deviation) within a share of \(deviationTolerance)") }
        let largest = values.reduce(0) { max($0, $1.magnitude) }
        // The bound itself is rounded to float32.
        if let bound, !(largest <= bound * (1 + 0x1p-23)) { return (.infinity, "a magnitude is \(largest), beyond the bound \(bound)") }
        if let leastMaximum, !(largest >= leastMaximum) {
            return (.infinity, "the largest magnitude is \(largest), expected at least \(leastMaximum)")
        }
        return (worst, nil)
    }
}

extension ReferenceStatistics {
    /// Those of a case's field `expected`.
    init(_ source: JSONValue, field: String, path: String) throws(FormatError) {
        func number(_ name: String) throws(FormatError) -> Double {
            guard let value = source[name]?.double else {
                throw .badField(path: path, field: "\(field).\(name)", expected: "a number")
            }
            return value
        }
        mean = source["mean"]?.double ?? 0
        deviation = try number("std")
        meanTolerance = try number("mean_tolerance")
        deviationTolerance = try number("std_relative_tolerance")
        bound = source["bound"]?.double
        leastMaximum = source["min_abs_max"]?.double
    }
}
