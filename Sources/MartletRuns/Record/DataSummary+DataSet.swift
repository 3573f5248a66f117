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
