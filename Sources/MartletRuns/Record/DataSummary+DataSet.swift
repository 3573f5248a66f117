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
        let rows = Rows(train.features)
        contradictions = train.labels.isEmpty ? nil : rows.contradictions(train.labels)
        if let test, test.features.dtype == train.features.dtype { testInTraining = rows.count(of: test.features) }
    }

    private static func constantFeatures(of data: DataSet) -> [String] {
        guard !data.isImages, data.count > 1, case .float32(let values) = data.features.elements else { return [] }
        let width = data.featureShape.elementCount
        return (0..<width).filter { column in
            (1..<data.count).allSatisfy { values[$0 * width + column] == values[column] }
        }.map { data.featureNames?[$0] ?? "\($0)" }
    }
}

/// The samples of a set, to be found by their contents.
private struct Rows {
    private let features: HostArray
    private let width: Int
    private var places: [UInt64: [Int]] = [:]

    init(_ features: HostArray) {
        self.features = features
        width = features.shape.withoutFirst.elementCount * features.dtype.byteCount
        for row in 0..<features.shape[0] { places[hash(features, row), default: []].append(row) }
    }

    /// How many rows of another set are among these.
    func count(of others: HostArray) -> Int {
        guard others.shape.withoutFirst.elementCount == features.shape.withoutFirst.elementCount else { return 0 }
        return (0..<others.shape[0]).count { row in
            (places[hash(others, row)] ?? []).contains { isEqual(features, $0, others, row) }
        }
    }

    /// How many rows have a twin with another label.
    func contradictions(_ labels: [Int32]) -> Int {
        var count = 0
        for group in places.values where group.count > 1 {
            count += group.count { row in
                group.contains { $0 != row && labels[$0] != labels[row] && isEqual(features, $0, features, row) }
            }
        }
        return count
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
