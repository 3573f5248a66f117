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

/// A picture of a run, which is a PNG file in files.
public struct EncodedImage: Hashable, Sendable, Codable {
    public var image: ByteImage

    public init(_ image: ByteImage) { self.image = image }

    private enum CodingKeys: CodingKey { case png }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let text = try container.decode(String.self, forKey: .png)
        guard let bytes = Base64.decode(text), let image = try? PNG.parse(bytes, path: "a picture of the run") else {
            throw DecodingError.dataCorruptedError(forKey: .png, in: container, debugDescription: "this is no PNG file in Base64")
        }
        self.image = image
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Base64.encode(PNG.encode(image)), forKey: .png)
    }
}

extension RunOutcome {
    /// Samples that are shown.
    private static let shown = 24
    private static let pairLimit = 400

    /// Adds what the network makes of data: confusions and the worst samples, or pairs of numbers.
    mutating func add(_ outputs: HostArray, for data: DataSet) {
        let width = outputs.shape.last
        let values = outputs.floats.map(Double.init)
        // Weights of a run that has failed may give anything, which is no answer.
        guard values.allSatisfy(\.isFinite) else { return }
        switch data.targets {
        case .classes(let labels, let names):
            guard width == names.count else { return }
            var counts = Array(repeating: Array(repeating: 0, count: width), count: width)
            var samples: [WorstSample] = []
            for (index, label) in labels.integers.enumerated() {
                let row = values[index * width ..< (index + 1) * width]
                let greatest = row.max() ?? 0
                let predicted = (row.firstIndex(of: greatest) ?? row.startIndex) - row.startIndex
                counts[Int(label)][predicted] += 1
                guard predicted != Int(label) else { continue }
                let sum = row.reduce(0) { $0 + exponential($1 - greatest) }
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
