import MartletCore

/// A named tensor of a model: a parameter, or a running statistic.
public struct ModelVariable: Hashable, Sendable {
    /// As in PyTorch's state_dict: `0.weight`.
    public let name: String
    /// The type in device memory.
    public let type: TensorType
    /// False for running statistics.
    public let isTrainable: Bool
    /// Whether weight decay applies by default: to weights, not to biases and norms.
    public let decays: Bool
    public let fileLayout: FileLayout
    let initialiser: Initialiser
    let fanIn: Int
    let fanOut: Int

    /// How device memory and files differ.
    public enum FileLayout: Hashable, Sendable {
        case same
        /// A matrix [in, out] on the device, [out, in] in files.
        case transposed
    }

    /// The shape in files.
    public var fileShape: Shape { fileLayout == .transposed ? [type.shape[1], type.shape[0]] : type.shape }

    public func toFile(_ array: HostArray) -> HostArray { fileLayout == .transposed ? array.transposed() : array }
    public func fromFile(_ array: HostArray) -> HostArray { fileLayout == .transposed ? array.transposed() : array }
}
