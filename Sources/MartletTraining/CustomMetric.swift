import MartletGraph
import MartletOps

/// A metric of a program's own. It is part of the plan of a step: its sums are added up on the device and read where those
/// of the loss are.
public protocol CustomMetric: Sendable {
    /// The name under which `Evaluation.custom` has it.
    var name: String { get }
    /// How many sums it needs.
    var sumCount: Int { get }

    /// What is added up over all samples: as many values as sums, each with one number per sample, [batch].
    ///
    /// - Parameters:
    ///   - output: what the model gives, [batch, outputs].
    ///   - targets: int32 [batch] of classes, float32 [batch, columns] of numbers.
    func values(_ output: Value, _ targets: Value, in graph: inout Graph) throws(ShapeError) -> [Value]

    /// The metric of so many samples.
    func result(_ sums: [Double], count: Int) -> Double
}

extension CustomMetric {
    public var sumCount: Int { 1 }
    /// The mean.
    public func result(_ sums: [Double], count: Int) -> Double { sums[0] / Double(count) }
}
