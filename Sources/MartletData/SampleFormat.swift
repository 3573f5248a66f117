import MartletCore

/// What the samples of a source are.
public struct SampleFormat: Hashable, Sendable {
    /// What messages call the data.
    public var name: String
    /// One sample, uint8 or float32; of images channels x height x width.
    public var sample: TensorType
    /// What features are divided by on their way into a network, so that bytes become 0 ... 1.
    public var featureDivisor: Float
    /// By what the channels of images of bytes are normalised instead, where they are.
    public var channels: ChannelStatistics?
    /// The names of the features where they have any.
    public var featureNames: [String]?
    /// What is to be learnt of a sample.
    public var targets: Targets

    /// Classes by their names, or columns of numbers by theirs.
    public enum Targets: Hashable, Sendable {
        /// Class numbers below the number of names.
        case classes(names: [String])
        /// Numbers to be approximated, with the names of their columns.
        case values(names: [String])

        /// Of so many samples.
        public func type(count: Int) -> TensorType {
            switch self {
            case .classes: TensorType([count], .int32)
            case .values(let names): TensorType([count, names.count])
            }
        }
    }

    /// - Parameters:
    ///   - sample: type and shape of one sample, uint8 or float32.
    ///   - featureDivisor: positive; 255 makes bytes 0 ... 1.
    public init(
        name: String, sample: TensorType, featureDivisor: Float = 1, channels: ChannelStatistics? = nil,
        featureNames: [String]? = nil, targets: Targets
    ) {
        self.name = name
        self.sample = sample
        self.featureDivisor = featureDivisor
        self.channels = channels
        self.featureNames = featureNames
        self.targets = targets
    }

    /// Whether the samples are images of bytes.
    public var isImages: Bool { sample.dtype == .uint8 && sample.shape.rank == 3 }

    /// The features of so many samples.
    public func features(count: Int) -> TensorType { TensorType(sample.shape.prepending(count), sample.dtype) }
}
