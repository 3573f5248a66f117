import MartletCore
import MartletData
import MartletGraph
import MartletOps

/// A loss of a program's own: `Loss(Focal(gamma: 2))` is used like any other. It is part of the training plan, and its
/// gradient is that of the operations it is made of. Its settings are saved with the model.
public protocol CustomLoss: Hashable, Codable, Sendable {
    /// The name in files, which is none of `Loss.names`.
    static var name: String { get }
    /// Of classes, whose targets are int32 [batch]; or of numbers, whose targets are float32 [batch, columns].
    static var task: LearningTask { get }

    /// The losses of a batch: one per sample, or one per element, whose mean is the sample's. With weights, training makes
    /// the weighted mean of the samples' losses small.
    ///
    /// - Parameters:
    ///   - output: what the model gives, [batch, outputs].
    ///   - constants: the values of `constants`.
    func losses(
        _ output: Value, _ targets: Value, _ constants: [Value], in graph: inout Graph
    ) throws(ShapeError) -> Loss.Losses

    /// Tensors that the loss needs, such as weights of classes; they stay on the device.
    var constants: [HostArray] { get }

    /// The outputs that a model needs for so many classes or columns. Accuracy or mean absolute error are measured where it
    /// is that number.
    func outputCount(for targets: Int) -> Int
}

extension CustomLoss {
    public var constants: [HostArray] { [] }
    public func outputCount(for targets: Int) -> Int { targets }

    /// Whether an output stands for a class or a column.
    var outputsMatchTargets: Bool { outputCount(for: 2) == 2 }
}
