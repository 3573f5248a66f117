import MartletCore
import MartletKernels

/// Rows of a table of images by index, augmented and then normalised per channel: (value - mean) / deviation.
///
/// Operands: images (bytes; rows x height x width x channels, or with the channels first), indices (int32). Result:
/// indices x the rest, float32, in the same layout. An index outside the table gives NaN.
public struct ImageBatch: Operation {
    public static let name = "image_batch"
    public static let summary = Summary(
        "images by index: flipped, cropped, warped, recoloured, (value - mean) / deviation, cut out",
        order: "none: pixels by themselves; neighbours across the row, then down",
        source: "DeVries, Taylor: Improved regularization of convolutional neural networks with cutout (2017)")

    /// Where the channels of a pixel are.
    public enum Layout: Hashable, Sendable {
        /// rows x channels x height x width, as in files.
        case channelsFirst
        /// rows x height x width x channels, as convolutions read them.
        case channelsLast
    }

    /// Of the table and of the result.
    public var layout: Layout
    /// One per channel, where white is 255.
    public var means: [Float]
    /// One per channel, positive.
    public var deviations: [Float]
    /// How images are changed at random.
    public var augmentation: Augmentation
    /// The first of the streams that it draws from.
    public var stream: UInt32

    /// - Parameter stream: the first of `Augmentation.streamCount` that nothing else draws from.
    public init(
        _ layout: Layout, means: [Float], deviations: [Float], augmentation: Augmentation = .none, stream: UInt32 = 0
    ) {
        self.layout = layout
        self.means = means
        self.deviations = deviations
        self.augmentation = augmentation
        self.stream = stream
    }

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        try require(
            operands.count == 2 && operands[0].shape.rank == 4 && operands[0].dtype == .uint8 && operands[1].shape.rank == 1
                && operands[1].dtype == .int32, "a table of images of bytes and a list of int32 row numbers", operands)
        let (height, width, channels) = extents(operands[0].shape)
        try require(
            means.count == channels && deviations.count == channels && deviations.allSatisfy { $0 > 0 },
            "a mean and a positive deviation for each channel (\(means.count) are given)", operands)
        if let fault = augmentation.fault { try require(false, fault, operands) }
        try require(
            augmentation.crop < min(height, width),
            "images larger than the crop of \(augmentation.crop) pixels, which else leaves nothing of them", operands)
        return [TensorType(operands[0].shape.withoutFirst.prepending(operands[1].shape[0]))]
    }

    /// Of a table or a batch.
    func extents(_ shape: Shape) -> (height: Int, width: Int, channels: Int) {
        layout == .channelsLast ? (shape[1], shape[2], shape[3]) : (shape[2], shape[3], shape[1])
    }

    /// For the kernels.
    package func settings(_ shape: Shape) -> martlet_augmentation {
        let (height, width, channels) = extents(shape)
        return augmentation.settings(
            height: height, width: width, channels: channels, channelsLast: layout == .channelsLast, stream: stream)
    }
    /// Mean and deviation of each channel, one after the other.
    package var statistics: [Float] { zip(means, deviations).flatMap { [$0, $1] } }

    public func cost(_ operands: [TensorType], _ results: [TensorType]) -> Cost {
        // Bytes of the batch alone are read, not of the table.
        let read = TensorType(results[0].shape, .uint8)
        return Cost(flops: 2 * results[0].elementCount, [read, operands[1]], results)
    }

    public static var samples: [Sample] {
        var every = Augmentation()
        (every.crop, every.flips, every.rotation, every.scale, every.shift) = (2, true, 30, 0.2, 1.5)
        (every.brightness, every.contrast, every.noise, every.cutout) = (0.3, 0.4, 0.05, 3)
        var samples: [Sample] = []
        func add(
            _ label: String, _ height: Int, _ width: Int, _ channels: Int, _ layout: Layout = .channelsLast, rows: Int = 9,
            count: Int = 12, bound: Int? = nil, _ change: (inout Augmentation) -> Void = { _ in }
        ) {
            var augmentation = Augmentation()
            change(&augmentation)
            let row: Shape = layout == .channelsLast ? [height, width, channels] : [channels, height, width]
            samples.append(Sample(
                "\(label), \(count) of \(row)",
                ImageBatch(
                    layout, means: (0..<channels).map { Float(120 + 3 * $0) }, deviations: (0..<channels).map { Float(60 + $0) },
                    augmentation: augmentation, stream: 0x0400_0000),
                [TensorType(row.prepending(rows), .uint8), TensorType([count], .int32)],
                [.integers(256), .integers(bound ?? rows)], tolerance: 1e-4))
        }
        add("as stored", 1, 1, 1, rows: 1, count: 1)
        add("as stored", 7, 5, 3)
        add("crop, flip", 32, 32, 3, count: 33) { ($0.crop, $0.flips) = (4, true) }
        add("crop, flip, cutout", 9, 11, 2, .channelsFirst) { ($0.crop, $0.flips, $0.cutout) = (3, true, 4) }
        add("rotation", 13, 8, 1) { $0.rotation = 180 }
        add("scale", 8, 13, 3) { $0.scale = 0.9 }
        add("shift", 10, 10, 3) { $0.shift = 2.5 }
        add("brightness", 6, 6, 3) { $0.brightness = 1 }
        add("contrast", 6, 6, 3) { $0.contrast = 1 }
        add("noise", 6, 7, 3) { $0.noise = 0.5 }
        add("cutout larger than the image", 5, 4, 1) { $0.cutout = 20 }
        add("everything", 17, 15, 3) { $0 = every }
        add("everything", 16, 16, 3, .channelsFirst, count: 40) { $0 = every }
        add("out of range", 4, 4, 2, bound: 20) { $0 = every }
        return samples
    }
}
