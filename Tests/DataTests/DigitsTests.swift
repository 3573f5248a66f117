import MartletCore
import MartletData
import MartletFormats
import TestSupport
import Testing

@Suite struct DigitsTests {
    @Test func splitIsAsItShouldBe() {
        let (train, test) = DataSet.digits()
        #expect(train.count == 1437 && test.count == 360)
        #expect(train.features.type == TensorType([1437, 1, 8, 8], .uint8) && test.featureShape == [1, 8, 8])
        #expect(train.featureDivisor == 16)
        #expect(train.classNames == (0...9).map(String.init))
        #expect(zip(train.classCounts, test.classCounts).map(+) == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
        #expect(test.classCounts.allSatisfy { 34...38 ~= $0 })
        #expect(train.features.integers.allSatisfy { 0...16 ~= $0 })
    }

    @Test(.enabled(if: Shared.has("data/small"), "needs ../shared or MARTLET_SHARED"))
    func equalsTheTableItWasMadeFrom() throws {
        let table = try CSV.read(Shared.path("data/small/digits.csv"))
        let split = try CSV.read(Shared.path("data/small/digits_split.csv"))
        let parts = try split.strings(column: split.index(of: "part"))
        let values = try table.floats(columns: Array(0..<65))
        let (train, test) = DataSet.digits()
        for (set, part) in [(train, "train"), (test, "test")] {
            let rows = parts.indices.filter { parts[$0] == part }
            #expect(set.features.floats == rows.flatMap { values[$0 * 65..<$0 * 65 + 64] })
            #expect(set.labels == rows.map { Int32(values[$0 * 65 + 64]) })
        }
    }
}
