import MartletCore
import MartletData
import MartletFormats
import TestSupport
import Testing

@Suite struct DataSetTests {
    static func classes(_ labels: [Int32], _ names: [String] = ["a", "b"]) -> DataSet.Targets {
        .classes(labels: HostArray([labels.count], labels), names: names)
    }
    let features = HostArray([3, 2], [1, 2, 3, 4, 5, 6] as [Float])

    @Test func subsetPicksRows() throws {
        let set = try DataSet(name: "s", features: features, targets: DataSetTests.classes([0, 1, 1]))
        #expect(set.count == 3 && set.featureShape == [2] && set.classCounts == [1, 2])
        let subset = set.subset([2, 0])
        #expect(subset.features == HostArray([2, 2], [5, 6, 1, 2] as [Float]))
        #expect(subset.labels == [1, 0] && subset.classNames == ["a", "b"])
        let values = try DataSet(
            name: "v", features: features, targets: .values(HostArray([3, 1], [7, 8, 9] as [Float]), names: ["y"]))
        #expect(values.subset([1]).targets == .values(HostArray([1, 1], [8 as Float]), names: ["y"]))
        #expect(values.labels.isEmpty && values.classCounts.isEmpty)
    }

    @Test func refusesWhatDoesNotFit() {
        func refuses(
            _ part: String, _ targets: DataSet.Targets, features: HostArray? = nil, divisor: Float = 1,
            names: [String]? = nil
        ) {
            expectError(naming: "'s'", part) {
                _ = try DataSet(
                    name: "s", features: features ?? self.features, featureDivisor: divisor, featureNames: names,
                    targets: targets)
            }
        }
        let good = DataSetTests.classes([0, 1, 1])
        refuses("expected labels from 0 to 1, found 2 at position 1", DataSetTests.classes([0, 2, 1]))
        refuses("found -1 at position 2", DataSetTests.classes([0, 1, -1]))
        refuses("number of labels to be 3", DataSetTests.classes([0, 1]))
        refuses("names of the classes", DataSetTests.classes([0, 1, 1], []))
        refuses("expected samples", good, features: HostArray([0, 2], [] as [Float]))
        refuses("expected samples", good, features: HostArray(.scalar, [1 as Float]))
        refuses("found int32", good, features: HostArray([3, 1], [1, 2, 3] as [Int32]))
        refuses("found nan in sample 1", good, features: HostArray([3, 1], [1, .nan, 3] as [Float]))
        refuses("positive divisor", good, divisor: 0)
        refuses("number of feature names to be 2", good, names: ["x"])
        refuses("number of target rows", .values(HostArray([2, 1], [1, 2] as [Float]), names: ["y"]))
        refuses("1 named columns", .values(HostArray([3, 2], [Float](repeating: 0, count: 6)), names: ["y"]))
        refuses("not finite", .values(HostArray([3, 1], [1, 2, .infinity] as [Float]), names: ["y"]))
    }
}
