import MartletCore

/// Scales features to mean 0 and deviation 1, with the statistics of the training part; saved with a model, so that new
/// data are scaled alike.
public struct Standardisation: Hashable, Sendable {
    /// One per feature.
    public let means: [Double]
    /// One per feature, positive; 1 for a feature that is constant.
    public let deviations: [Double]

    /// The statistics of samples: per feature the mean, and the deviation with division by the number of samples. Two
    /// passes in double precision in the order of the samples, so that every machine finds the same.
    ///
    /// - Precondition: there is at least one sample.
    public init(fitting features: HostArray) {
        let values = features.floats
        let (rows, width) = (features.shape[0], features.shape.withoutFirst.elementCount)
        var sums = [Double](repeating: 0, count: width)
        for row in 0..<rows {
            for column in 0..<width { sums[column] += Double(values[row * width + column]) }
        }
        let means = sums.map { $0 / Double(rows) }
        var squares = [Double](repeating: 0, count: width)
        var isConstant = [Bool](repeating: true, count: width)
        for row in 0..<rows {
            for column in 0..<width {
                let value = values[row * width + column]
                let difference = Double(value) - means[column]
                squares[column] += difference * difference
                // Not by the deviation: the mean of equal numbers may be rounded, and noise would be blown up.
                if value != values[column] { isConstant[column] = false }
            }
        }
        self.means = means
        deviations = (0..<width).map {
            let deviation = (squares[$0] / Double(rows)).squareRoot()
            return isConstant[$0] || deviation == 0 ? 1 : deviation
        }
    }

    /// (value - mean) / deviation, as float32.
    ///
    /// - Precondition: the samples have as many features as there are means.
    public func applied(to features: HostArray) -> HostArray {
        let width = means.count
        precondition(features.shape.withoutFirst.elementCount == width, "\(features.shape) has not \(width) features")
        var values = features.floats
        var column = 0
        for index in values.indices {
            values[index] = Float((Double(values[index]) - means[column]) / deviations[column])
            column = column + 1 == width ? 0 : column + 1
        }
        return HostArray(features.shape, values)
    }
}

extension Standardisation: Codable {
    private enum CodingKeys: CodingKey { case means, deviations }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        means = try container.decode([Double].self, forKey: .means)
        deviations = try container.decode([Double].self, forKey: .deviations)
        guard means.count == deviations.count, means.allSatisfy(\.isFinite),
            deviations.allSatisfy({ $0.isFinite && $0 > 0 })
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .deviations, in: container,
                debugDescription: "expected a positive deviation for each of \(means.count) finite means")
        }
    }
}
