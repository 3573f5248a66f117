import MartletData
import MartletFormats
import TestSupport
import Testing

@Suite struct DataSourceTests {
    @Test func parses() throws {
        for (text, source) in [
            ("digits", DataSource.digits), ("idx:/a b", .idx(directory: "/a b")),
            ("csv:C:\\x.csv", .csv(file: "C:\\x.csv")),
        ] {
            #expect(try DataSource.parse(text) == source)
            #expect(source.description == text)
        }
    }

    @Test(arguments: [
        ("digit", "did you mean 'digits'"), ("cvs:x", "did you mean 'csv'"), ("idx", "names no path"),
        ("csv:", "names no path"), ("digits:x", "takes no path"),
        ("", "Known: digits, idx, csv"), ("table.csv", "did you mean 'csv:table.csv'"),
        ("./mnist", "did you mean 'idx:./mnist'"), (":", "unknown data source ''"),
    ])
    func refuses(_ text: String, _ part: String) {
        expectError(naming: "data source", part, exitCode: 64) { _ = try DataSource.parse(text) }
    }

    @Test func loads() throws {
        let splits = try DataSource.digits.load()
        #expect(splits.train.count == 1437 && splits.classNames.count == 10 && splits.standardisation == nil)
        expectError(naming: "csv:x.csv", "give the label", exitCode: 64) {
            _ = try DataSource.csv(file: "x.csv").load()
        }
        expectError(naming: "digits", "found the label 'y'", exitCode: 64) {
            _ = try DataSource.digits.load(label: "y")
        }
        expectError(naming: "digits", "for regression", exitCode: 64) {
            _ = try DataSource.digits.load(task: .regression)
        }
        expectError(naming: "x.csv", "no such file") { _ = try DataSource.csv(file: "x.csv").load(label: "y") }
        expectError(naming: "nowhere", "training images") { _ = try DataSource.idx(directory: "nowhere").load() }
    }
}
