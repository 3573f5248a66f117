import MartletCore
import MartletData
import MartletFormats
import MartletReport
import MartletTraining

/// How often each class was taken for each.
public struct ConfusionMatrix: Hashable, Sendable, Codable {
    /// True classes down, predicted ones across.
    public var counts: [[Int]]

    public init(counts: [[Int]]) { self.counts = counts }

    /// Pairs of different classes, the most confused first.
    public var confusions: [(truth: Int, predicted: Int, count: Int)] {
        var pairs: [(truth: Int, predicted: Int, count: Int)] = []
        for (truth, row) in counts.enumerated() {
            for (predicted, count) in row.enumerated() where truth != predicted && count > 0 { pairs.append((truth, predicted, count)) }
        }
        return pairs.sorted { ($1.count, $0.truth, $0.predicted) < ($0.count, $1.truth, $1.predicted) }
    }
}

/// A sample to whose true class the network gave little.
public struct WorstSample: Hashable, Sendable, Codable {
    /// Its place in the data.
    public var index: Int
    public var truth: Int
    public var predicted: Int
    /// What the network gave to the true class.
    public var probability: Double
    public var image: EncodedImage?
}

/// A PNG file as text.
public struct EncodedImage: Hashable, Sendable, Codable {
    public var png: String

    public init(_ image: ByteImage) { png = Base64.encode(PNG.encode(image)) }

    /// Nil where the text is damaged.
    public var image: ByteImage? { Base64.decode(png).flatMap { try? PNG.parse($0, path: "a picture of the run") } }
}

extension RunOutcome {
    /// Samples that are shown.
    private static let shown = 24
    private static let pairLimit = 400

    /// Adds what the network makes of data: confusions and the worst samples, or pairs of numbers.
    mutating func add(predictionsOf compiled: CompiledModel, for data: DataSet) throws(TrainingError) {
        let outputs = try compiled.predict(data)
        let width = outputs.shape.last
        let values = outputs.floats.map(Double.init)
        switch data.targets {
        case .classes(let labels, let names):
            guard width == names.count else { return }
            var counts = Array(repeating: Array(repeating: 0, count: width), count: width)
            var samples: [WorstSample] = []
            for (index, label) in labels.integers.enumerated() {
                let row = values[index * width ..< (index + 1) * width]
                let greatest = row.max() ?? 0
                let predicted = (row.firstIndex(of: greatest) ?? row.startIndex) - row.startIndex
                let sum = row.reduce(0) { $0 + exponential($1 - greatest) }
                counts[Int(label)][predicted] += 1
                guard predicted != Int(label) else { continue }
                samples.append(WorstSample(
                    index: index, truth: Int(label), predicted: predicted,
                    probability: exponential(row[row.startIndex + Int(label)] - greatest) / sum))
            }
            confusion = ConfusionMatrix(counts: counts)
            worst = samples.sorted { ($0.probability, $0.index) < ($1.probability, $1.index) }.prefix(Self.shown).map { sample in
                var sample = sample
                sample.image = data.picture(sample.index).map(EncodedImage.init)
                return sample
            }
        case .values(let wanted, _):
            guard wanted.shape[1] == width else { return }
            let stride = max(1, data.count / Self.pairLimit)
            pairs = Swift.stride(from: 0, to: data.count, by: stride).map { [Double(wanted.floats[$0 * width]), values[$0 * width]] }
        }
    }
}

extension DataSet {
    /// A sample as an image; nil where it is none of 1 or 3 channels.
    func picture(_ index: Int) -> ByteImage? {
        guard isImages, featureShape[0] == 1 || featureShape[0] == 3, case .uint8(let bytes) = features.elements else { return nil }
        let (channels, height, width) = (featureShape[0], featureShape[1], featureShape[2])
        let size = height * width, start = index * size * channels
        // Whatever the largest byte of the data is, it shows as white.
        let white = featureDivisor > 1 && featureDivisor < 255 ? Double(featureDivisor) : 255
        var pixels: [UInt8] = []
        for pixel in 0..<size {
            for channel in 0..<channels {
                pixels.append(UInt8(min(255, (Double(bytes[start + channel * size + pixel]) / white * 255).rounded())))
            }
        }
        return ByteImage(height: height, width: width, channels: channels, pixels: pixels)
    }
}
