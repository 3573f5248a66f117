import MartletFormats

/// What becomes of bytes on their way into a network.
public enum Normalisation: String, Sendable, Hashable, CaseIterable, Codable {
    /// They are taken as numbers.
    case none
    /// They are divided by their maximum.
    case scale
    /// Of images: (value - mean) / deviation with the statistics of the channel in the training part.
    case channel
}

extension DataSet {
    /// The same samples, normalised with given statistics; nil leaves the divisor alone to be used.
    public func normalised(divisor: Float, channels: ChannelStatistics?) -> DataSet {
        DataSet(unchecked: name, features, divisor, featureNames, targets, channels: channels)
    }

    /// Whether the samples are images of bytes.
    public var isImages: Bool { features.dtype == .uint8 && features.shape.rank == 4 }
}

extension Splits {
    /// The same parts, normalised in a way, with the statistics of the training part.
    ///
    /// - Throws: `badRequest` where the way is not for such data.
    public func normalised(_ normalisation: Normalisation) throws(FormatError) -> Splits {
        let divisor: Float, channels: ChannelStatistics?
        switch normalisation {
        case .scale: return self
        case .none: (divisor, channels) = (1, nil)
        case .channel:
            guard train.isImages else {
                throw .badRequest(
                    "the normalisation 'channel' is for images of bytes, and the samples of '\(train.name)' are \(train.featureShape) of \(train.features.dtype.rawValue); choose none or scale")
            }
            (divisor, channels) = (1, ChannelStatistics(fitting: train.features))
        }
        return Splits(
            train: train.normalised(divisor: divisor, channels: channels),
            test: test.normalised(divisor: divisor, channels: channels), standardisation: standardisation)
    }
}
