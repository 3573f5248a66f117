import MartletCore
import MartletFormats

/// Samples with what is to be learnt from them, in host memory.
public struct DataSet: Sendable, Hashable {
    /// What messages call it, such as `digits`.
    public let name: String
    /// One row per sample, uint8 or float32. Images are [N, channels, height, width].
    public let features: HostArray
    /// What features are divided by on their way into a network, so that bytes become 0 ... 1.
    public let featureDivisor: Float
    /// By what the channels of images are normalised instead, where they are.
    public let channels: ChannelStatistics?
    /// The names of the features where they have any (the columns of a table).
    public let featureNames: [String]?
    /// What is to be learnt, one for each sample.
    public let targets: Targets

    /// Classes or numbers, in the order of the samples.
    public enum Targets: Sendable, Hashable {
        /// Class numbers, int32 [N], each the index of a name.
        case classes(labels: HostArray, names: [String])
        /// Numbers to be approximated, float32 [N, k], with the names of the k columns.
        case values(HostArray, names: [String])
    }

    /// Puts a set together and checks it.
    ///
    /// - Parameter source: what messages call the data, such as their file; the name of the set if it is nil.
    /// - Throws: `unsuitable` where there are no samples, or a feature or target is of a wrong type or not finite;
    ///   `mismatch` where features and targets differ in number; `badLabel` for a label that is no index of a name.
    public init(
        name: String, features: HostArray, featureDivisor: Float = 1, featureNames: [String]? = nil, targets: Targets,
        source: String? = nil
    ) throws(FormatError) {
        self.init(unchecked: name, features, featureDivisor, featureNames, targets)
        try check(source: source ?? name)
    }

    /// For data that are known to pass `check`.
    init(
        unchecked name: String, _ features: HostArray, _ divisor: Float, _ featureNames: [String]?, _ targets: Targets,
        channels: ChannelStatistics? = nil
    ) {
        self.name = name
        self.features = features
        featureDivisor = divisor
        self.channels = channels
        self.featureNames = featureNames
        self.targets = targets
    }

    /// The number of samples.
    public var count: Int { features.shape[0] }
    /// The shape of one sample.
    public var featureShape: Shape { features.shape.withoutFirst }

    /// The samples of these indices, in that order.
    ///
    /// - Precondition: there is at least one index, and all are below `count`.
    public func subset(_ indices: [Int]) -> DataSet {
        precondition(!indices.isEmpty, "a data set has at least one sample")
        let picked: Targets =
            switch targets {
            case .classes(let labels, let names): .classes(labels: labels.rows(indices), names: names)
            case .values(let values, let names): .values(values.rows(indices), names: names)
            }
        return DataSet(unchecked: name, features.rows(indices), featureDivisor, featureNames, picked, channels: channels)
    }

    /// The same samples with other features, such as standardised ones.
    ///
    /// - Precondition: one row per sample.
    func replacingFeatures(_ features: HostArray) -> DataSet {
        precondition(features.shape[0] == count, "the rows are not those of the samples")
        return DataSet(unchecked: name, features, featureDivisor, featureNames, targets, channels: channels)
    }
}

extension DataSet {
    /// The class of every sample; empty for a set of values.
    public var labels: [Int32] {
        if case .classes(let labels, _) = targets { labels.integers } else { [] }
    }
    /// The names of the classes; empty for a set of values.
    public var classNames: [String] {
        if case .classes(_, let names) = targets { names } else { [] }
    }
    /// How many samples each class has; empty for a set of values.
    public var classCounts: [Int] {
        var counts = [Int](repeating: 0, count: classNames.count)
        for label in labels { counts[Int(label)] += 1 }
        return counts
    }
}
