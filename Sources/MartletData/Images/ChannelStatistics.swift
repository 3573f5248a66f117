import MartletCore

/// Mean and deviation of each channel of a set of images of bytes: what they are normalised by, saved with a model.
public struct ChannelStatistics: Hashable, Sendable {
    /// One per channel, where white is 255.
    public let means: [Double]
    /// One per channel, positive; 1 for a channel that is constant.
    public let deviations: [Double]

    /// The statistics of images, with division by the number of pixels. The bytes are counted, so that the mean is exact
    /// and the deviation the same on every machine.
    ///
    /// - Precondition: bytes [N, channels, height, width].
    public init(fitting images: HostArray) {
        guard case .uint8(let bytes) = images.elements, images.shape.rank == 4 else {
            preconditionFailure("\(images.type) are no images of bytes")
        }
        let (channels, size) = (images.shape[1], images.shape[2] * images.shape[3])
        var counts = [[Int]](repeating: [Int](repeating: 0, count: 256), count: channels)
        for plane in 0..<images.shape[0] * channels {
            counts[plane % channels].withUnsafeMutableBufferPointer { counts in
                for byte in bytes[plane * size ..< (plane + 1) * size] { counts[Int(byte)] += 1 }
            }
        }
        let pixels = Double(images.shape[0] * size)
        let means = counts.map { Double($0.enumerated().reduce(0) { $0 + $1.offset * $1.element }) / pixels }
        self.means = means
        deviations = zip(counts, means).map { counts, mean in
            guard counts.filter({ $0 > 0 }).count > 1 else { return 1 }
            let squares = counts.enumerated().reduce(0.0) { sum, entry in
                sum + Double(entry.element) * (Double(entry.offset) - mean) * (Double(entry.offset) - mean)
            }
            return (squares / pixels).squareRoot()
        }
    }
}

extension ChannelStatistics: Codable {
    private enum CodingKeys: CodingKey { case means, deviations }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        means = try container.decode([Double].self, forKey: .means)
        deviations = try container.decode([Double].self, forKey: .deviations)
        guard !means.isEmpty, means.count == deviations.count, means.allSatisfy({ Float($0).isFinite }),
            deviations.allSatisfy({ Float($0).isFinite && Float($0) > 0 })
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .deviations, in: container,
                debugDescription: "expected a positive deviation for each of \(means.count) finite means")
        }
    }
}
