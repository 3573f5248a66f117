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
    /// How it is turned on the way to a file and back.
    public let fileLayout: FileLayout
    let initialiser: Initialiser
    let fanIn: Int
    let fanOut: Int

    /// How device memory and files differ.
    public struct FileLayout: Hashable, Sendable {
        /// Device memory as axes, which files have in the order `axes`; nil where nothing differs.
        fileprivate let turned: Turned?

        fileprivate struct Turned: Hashable {
            let extents: Shape
            let axes: [Int]
            let fileShape: Shape
        }

        private init(_ turned: Turned?) { self.turned = turned }

        /// Files hold it as it lies in device memory.
        public static let same = FileLayout(nil)

        /// A matrix [in, out] on the device, [out, in] in files.
        public static func matrix(_ inputs: Int, _ outputs: Int) -> FileLayout {
            FileLayout(Turned(extents: [inputs, outputs], axes: [1, 0], fileShape: [outputs, inputs]))
        }

        /// A matrix that reads flattened images: rows in the order (row, column, channel) on the device, columns in the
        /// order (channel, row, column) in files.
        public static func matrix(readingImage image: Shape, _ outputs: Int) -> FileLayout {
            FileLayout(Turned(
                extents: Shape(image.extents + [outputs]), axes: [3, 2, 0, 1], fileShape: [outputs, image.elementCount]))
        }

        /// A convolution's kernel [row, column, in, out] on the device, [out, in, row, column] in files.
        public static func kernel(_ shape: Shape) -> FileLayout {
            FileLayout(Turned(extents: shape, axes: [3, 2, 0, 1], fileShape: [shape[3], shape[2], shape[0], shape[1]]))
        }
    }

    /// The shape in files.
    public var fileShape: Shape { fileLayout.turned?.fileShape ?? type.shape }

    /// The array as files have it, of the shape `fileShape`.
    /// - Precondition: it has the variable's type.
    public func toFile(_ array: HostArray) -> HostArray {
        guard let turned = fileLayout.turned else { return array }
        return array.reshaped(turned.extents).permuted(turned.axes).reshaped(turned.fileShape)
    }

    /// The array as device memory has it.
    /// - Precondition: it has the shape `fileShape`.
    public func fromFile(_ array: HostArray) -> HostArray {
        guard let turned = fileLayout.turned else { return array }
        let inverse = turned.axes.indices.map { turned.axes.firstIndex(of: $0)! }
        return array.reshaped(Shape(turned.axes.map { turned.extents[$0] })).permuted(inverse).reshaped(type.shape)
    }
}
