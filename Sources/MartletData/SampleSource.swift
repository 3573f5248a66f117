import MartletCore

/// Samples that come one after another: read from files too large for memory, or made as they are wanted.
///
/// Training asks for a batch when the device has room for one: at most two wait for it. A data set is a source, too.
public protocol SampleSource: Sendable {
    /// What the samples are.
    var format: SampleFormat { get }
    /// How many samples an epoch has.
    var count: Int { get }
    /// What tells these samples from others. A run is resumed only with samples of the same identity.
    var identity: String { get throws }

    /// The samples of an epoch, from one of them on. What they are must depend on nothing but these numbers, and their
    /// order is the one in which a model sees them (`ShuffledOrder` gives one for each epoch).
    ///
    /// - Parameters:
    ///   - epoch: from 1; 0 for an evaluation.
    ///   - start: how many samples to leave out, when a run goes on in the middle of an epoch.
    func samples(epoch: Int, from start: Int) throws -> any SampleStream
}

/// The samples of one epoch.
public protocol SampleStream {
    /// The next samples: at least one and at most `limit`, in as many calls as it takes; nil after the last.
    mutating func next(_ limit: Int) throws -> SampleBatch?
}

/// Some samples with what is to be learnt from them.
public struct SampleBatch: Hashable, Sendable {
    /// One row per sample, of the format's type; images are [n, channels, height, width].
    public var features: HostArray
    /// Class numbers, int32 [n], or numbers, float32 [n, columns].
    public var targets: HostArray

    /// As many rows of features as of targets; training checks both against the format of the source.
    public init(features: HostArray, targets: HostArray) {
        self.features = features
        self.targets = targets
    }
}
