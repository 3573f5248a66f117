import MartletCore
import MartletData
import MartletNN

/// Epochs whose samples are drawn with replacement, as PyTorch's WeightedRandomSampler: a sample is as likely as the weight of
/// its class.
public struct ClassSampling: Hashable, Sendable, Codable {
    /// One per class.
    public var weights: [Double]

    /// - Parameter weights: one per class, at least 0 and not all 0, which is checked when training begins.
    public init(weights: [Double]) { self.weights = weights }

    /// Every class as likely as any other.
    public static func balanced(_ data: DataSet) throws(TrainingError) -> ClassSampling {
        guard let weights = data.balancedClassWeights else {
            throw .badOption("samples can be drawn by class, and the data '\(data.name)' hold numbers")
        }
        return ClassSampling(weights: weights)
    }

    func draw(from data: DataSet) throws(TrainingError) -> WeightedDraw {
        guard case .classes(let labels, let names) = data.targets else {
            throw .badOption("samples can be drawn by class, and the data '\(data.name)' hold numbers")
        }
        guard weights.count == names.count else {
            throw .badOption("the weights for drawing samples are \(weights.count), and the data '\(data.name)' have \(names.count) classes")
        }
        guard weights.allSatisfy({ $0.isFinite && $0 >= 0 }) else { throw .badOption("weights for drawing samples must be at least 0") }
        let each = labels.integers.map { weights[Int($0)] }
        guard each.contains(where: { $0 > 0 }) else { throw .badOption("no sample of '\(data.name)' has a weight above 0 to be drawn with") }
        return WeightedDraw(weights: each, stream: Streams.sampling)
    }
}

extension ClassSampling: CustomStringConvertible {
    public var description: String { "weights \(weights.map(\.description).joined(separator: ","))" }
}
