import MartletCore
import MartletData
import MartletGraph
import MartletNN
import MartletOps

/// What samples are when they are stored, and what is done to them on their way into a model.
struct SampleInput {
    /// One sample, as the host has it.
    let sample: TensorType
    /// What bytes are divided by, where they are not normalised by channel.
    let divisor: Float
    let channels: ChannelStatistics?
    let augmentation: Augmentation

    init(_ format: SampleFormat, _ augmentation: Augmentation = .none) {
        self.init(format.sample, divisor: format.featureDivisor, channels: format.channels, augmentation)
    }

    init(_ sample: TensorType, divisor: Float, channels: ChannelStatistics?, _ augmentation: Augmentation = .none) {
        self.sample = sample
        self.divisor = divisor
        self.channels = channels
        self.augmentation = augmentation
    }

    /// Rows of a table of samples as the model wants them.
    func batch(
        _ table: Value, _ rows: Value, _ layout: SampleLayout, augments: Bool, in graph: inout Graph
    ) throws(ShapeError) -> Value {
        let augmentation = augments ? augmentation : .none
        guard channels != nil || augmentation != .none else {
            return try graph.apply(Gather(divisor: divisor), [table, rows])[0]
        }
        let count = sample.shape[0]
        let images = ImageBatch(
            layout == .channelsLast ? .channelsLast : .channelsFirst,
            means: channels?.means.map(Float.init) ?? Array(repeating: 0, count: count),
            deviations: channels?.deviations.map(Float.init) ?? Array(repeating: divisor, count: count),
            augmentation: augmentation, stream: Streams.augmentation)
        return try graph.apply(images, [table, rows])[0]
    }
}

extension Model {
    /// Rows may be read as images and images as rows, but not images as images of another shape.
    func takes(samples: Shape) -> Bool {
        samples == inputShape
            || samples.elementCount == inputShape.elementCount && !(isImage && samples.rank == 3)
    }

    /// A model of images reads them with the channels last; any other takes the numbers in the order of files.
    func sampleLayout(of sample: Shape) -> SampleLayout {
        isImage && sample.rank == 3 ? .channelsLast : .asStored
    }
}
