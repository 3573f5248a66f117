import MartletCore
import MartletData

extension DataSummary {
    /// Data of more bytes are not compared sample by sample.
    private static let comparedBytes = 1 << 28

    public init(train: DataSet, validation: DataSet?, test: DataSet?) {
        name = train.name
        sampleShape = train.featureShape.extents
        isImages = train.isImages
        trainCount = train.count
        validationCount = validation?.count
        testCount = test?.count
        classNames = train.classNames
        classCounts = train.classCounts
        constantFeatures = Self.constantFeatures(of: train)
        guard train.features.type.byteCount + (test?.features.type.byteCount ?? 0) <= Self.comparedBytes else { return }
        let samples = DistinctSamples(train)
        contradictions = train.labels.isEmpty ? nil : samples.contradictions
        if let test, test.features.dtype == train.features.dtype { testInTraining = samples.count(of: test.features) }
    }

    private static func constantFeatures(of data: DataSet) -> [String] {
        guard !data.isImages, data.count > 1, case .float32(let values) = data.features.elements else { return [] }
        let width = data.featureShape.elementCount
        return (0..<width).filter { column in
            (1..<data.count).allSatisfy { values[$0 * width + column] == values[column] }
        }.map { data.featureNames?[$0] ?? "\($0)" }
    }
}

/// The samples of a set by their contents, each once however often it is there.
private struct DistinctSamples {
    private struct Sample {
        let row: Int
        let label: Int32?
        /// How many there are.
        var count = 1
        var hasOtherLabels = false
        /// The next one with the same hash.
        let next: Int?
    }

    private let features: HostArray
    private let width: Int
    private var samples: [Sample] = []
    private var first: [UInt64: Int] = [:]

    init(_ data: DataSet) {
        features = data.features
        width = features.shape.withoutFirst.elementCount * features.dtype.byteCount
        let labels = data.labels
        first.reserveCapacity(data.count)
        for row in 0..<data.count {
            let code = hash(features, row), label = labels.isEmpty ? nil : labels[row]
            if let place = find(features, row, code) {
                samples[place].count += 1
                if samples[place].label != label { samples[place].hasOtherLabels = true }
            } else {
                samples.append(Sample(row: row, label: label, next: first[code]))
                first[code] = samples.count - 1
            }
        }
    }

    /// How many rows of another set are among these.
    func count(of others: HostArray) -> Int {
        guard others.shape.withoutFirst.elementCount == features.shape.withoutFirst.elementCount else { return 0 }
        return (0..<others.shape[0]).count { find(others, $0, hash(others, $0)) != nil }
    }

    /// How many rows have a twin with another label.
    var contradictions: Int { samples.reduce(0) { $0 + ($1.hasOtherLabels ? $1.count : 0) } }

    private func find(_ array: HostArray, _ row: Int, _ hash: UInt64) -> Int? {
        var place = first[hash]
        while let candidate = place {
            if isEqual(features, samples[candidate].row, array, row) { return candidate }
            place = samples[candidate].next
        }
        return nil
    }

    private func isEqual(_ a: HostArray, _ i: Int, _ b: HostArray, _ j: Int) -> Bool {
        a.withUnsafeBytes { a in b.withUnsafeBytes { b in a[i * width ..< (i + 1) * width].elementsEqual(b[j * width ..< (j + 1) * width]) } }
    }

    /// FNV-1a over words of eight bytes; what it takes for equal is compared afterwards.
    private func hash(_ array: HostArray, _ row: Int) -> UInt64 {
        array.withUnsafeBytes { bytes in
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325
            var place = row * width
            let end = place + width
            while place + 8 <= end {
                hash = (hash ^ bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)) &* 0x100_0000_01B3
                hash ^= hash >> 29
                place += 8
            }
            while place < end {
                hash = (hash ^ UInt64(bytes[place])) &* 0x100_0000_01B3
                place += 1
            }
            return hash
        }
    }
}
