import MartletCore
import MartletData
import MartletFormats
import TestSupport
import Testing

@Suite struct CSVSetTests {
    let folder = try! TemporaryFolder()

    @Test func readsClassesByName() throws {
        let rows = (0..<20).map { "\($0),\($0 % 2 == 0 ? "pear" : "apple"),1.5" }
        let path = try folder.write("x,kind,constant\n" + rows.joined(separator: "\n"), to: "fruit.v1.csv")
        let splits = try DataSet.loadCSV(path, label: "kind", seed: 1)
        #expect(splits.train.count == 16 && splits.test.count == 4 && splits.train.name == "fruit")
        #expect(splits.classNames == ["apple", "pear"])
        #expect(splits.train.classCounts == [8, 8] && splits.test.classCounts == [2, 2])
        #expect(splits.train.featureNames == ["x", "constant"])

        let standardisation = try #require(splits.standardisation)
        #expect(standardisation.means[1] == 1.5 && standardisation.deviations[1] == 1)
        let x = splits.train.features.floats.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        #expect(abs(x.reduce(0, +)) < 1e-5 && abs(x.map { $0 * $0 }.reduce(0, +) / 16 - 1) < 1e-5)
        // Even numbers are pears, which shows that labels stay with their rows.
        for (row, label) in splits.test.labels.enumerated() {
            let scaled = Double(splits.test.features.floats[2 * row])
            let original = Int((scaled * standardisation.deviations[0] + standardisation.means[0]).rounded())
            #expect(label == (original % 2 == 0 ? 1 : 0))
        }

        let columns = try #require(splits.train.featureNames)
        let fresh = try folder.write("constant,other,x\n1.5,?,0\n2.5,?,19\n", to: "new.csv")
        let features = try DataSet.loadFeatures(csv: fresh, columns: columns, standardisation: standardisation)
        #expect(features.shape == [2, 2] && features.floats[1] == 0 && features.floats[3] == 1)
        expectError(naming: fresh, "number of features to be 2, found 1") {
            _ = try DataSet.loadFeatures(csv: fresh, columns: ["x"], standardisation: standardisation)
        }
        expectError(naming: fresh, "unknown column 'constnat'; did you mean 'constant'") {
            _ = try DataSet.loadFeatures(csv: fresh, columns: ["constnat"], standardisation: nil)
        }
    }

    @Test func integerClassesAreSortedByValue() throws {
        let path = try folder.write("x,y\n1,10\n2,9\n3,10\n4,9\n5,-1\n6,-1\n", to: "i.csv")
        #expect(try DataSet.loadCSV(path, label: "y").classNames == ["-1", "9", "10"])
    }

    @Test func partsDependOnTheSeedAlone() throws {
        let path = try folder.write("x,y\n" + (0..<50).map { "\($0),\($0 % 3)" }.joined(separator: "\n"), to: "s.csv")
        let one = try DataSet.loadCSV(path, label: "y", seed: 1)
        #expect(try DataSet.loadCSV(path, label: "y", seed: 1).test == one.test)
        #expect(try DataSet.loadCSV(path, label: "y", seed: 2).test != one.test)
    }

    @Test func regression() throws {
        let path = try folder.write(
            "x,y\n" + (0..<10).map { "\($0),\(Double($0) / 2)" }.joined(separator: "\n"), to: "r.csv")
        let splits = try DataSet.loadCSV(path, label: "y", task: .regression, testFraction: 0.3, seed: 4)
        #expect(splits.train.count == 7 && splits.test.count == 3 && splits.classNames.isEmpty)
        guard case .values(let values, names: ["y"]) = splits.test.targets else { return #expect(Bool(false)) }
        #expect(values.shape == [3, 1])
        let two = try folder.write("x,y\n1,2\n3,4\n", to: "two.csv")
        for fraction in [0, 0.2, 1] {
            let splits = try DataSet.loadCSV(two, label: "y", task: .regression, testFraction: fraction)
            #expect(splits.train.count == 1 && splits.test.count == 1)
        }
    }

    @Test(arguments: [
        ("x,label\n1,a\n2,b\n1,a\n", "lable", LearningTask.classification, "did you mean 'label'"),
        ("y\n1\n2\n", "y", .classification, "no other column"),
        ("x,y\n1,1\n", "y", .classification, "at least two rows"),
        ("x,y\n1,a\n2,a\n", "y", .classification, "at least two classes"),
        ("x,y\n1,1.5\n2,2.5\n3,3.5\n", "y", .classification, "choose regression"),
        ("x,y\n1,a\n2,\n", "y", .classification, "line 3, column 'y': expected a value"),
        ("x,y\n1,a\nz,b\n1,a\n", "y", .classification, "line 3, column 'x': expected a finite number, found 'z'"),
        ("x,y\n1,1\n,2\n", "y", .regression, "line 3, column 'x'"),
        ("x,y\n1,a\n2,b\n", "y", .regression, "found 'a'"), ("", "y", .classification, "empty file"),
        ("x,y\n", "y", .classification, "rows below the header"),
    ])
    func errors(_ text: String, _ label: String, _ task: LearningTask, _ part: String) throws {
        let path = try folder.write(text, to: "bad table.csv")
        expectError(naming: path, part) { _ = try DataSet.loadCSV(path, label: label, task: task) }
    }

    @Test(
        .enabled(if: Shared.has("data/small"), "needs ../shared or MARTLET_SHARED"),
        arguments: [
            ("iris", 4, [50, 50, 50]), ("wine", 13, [59, 71, 48]), ("breast_cancer", 30, [212, 357]),
            ("digits", 64, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]),
        ])
    func readsTheSmallSets(_ name: String, _ width: Int, _ counts: [Int]) throws {
        let splits = try DataSet.loadCSV(Shared.path("data/small/\(name).csv"), label: "label", seed: 7)
        let total = counts.reduce(0, +)
        #expect(splits.test.count == Int((0.2 * Double(total)).rounded()))
        #expect(zip(splits.train.classCounts, splits.test.classCounts).map(+) == counts)
        #expect(zip(splits.test.classCounts, counts).allSatisfy { abs(Double($0) - 0.2 * Double($1)) < 1 })
        #expect(splits.train.featureShape == [width] && splits.train.name == name)
    }
}
