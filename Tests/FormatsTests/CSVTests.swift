import MartletFormats
import TestSupport
import Testing

private func table(_ text: String) throws(FormatError) -> CSV { try CSV(parsing: Array(text.utf8), path: "t.csv") }

@Suite struct CSVTests {
    @Test(arguments: [
        "a,b\n1,x\n2,y\n", "a,b\r\n1,x\r\n2,y", "\u{feff}a,b\n1,x\n2,y\n\n\n", "a,b\r1,x\r2,y\r",
        "\"a\",\"b\"\n\"1\",\"x\"\n\"2\",y",
        " a ,\tb\n 1, x \n2 ,y ",
    ])
    func readsEveryWayOfWritingIt(_ text: String) throws {
        let csv = try table(text)
        #expect(csv.columns == ["a", "b"])
        #expect(csv.lines == [2, 3])
        #expect(try csv.floats(column: 0) == [1, 2])
        #expect(try csv.strings(column: csv.index(of: "b")) == ["x", "y"])
    }

    @Test func readsQuotedCells() throws {
        let csv = try table("a,b\n\"x,\"\"y\"\"\nz\",\"\"\"\"\n1,2\n")
        #expect(csv.text(row: 0, column: 0) == "x,\"y\"\nz")
        #expect(csv.text(row: 0, column: 1) == "\"")
        #expect(csv.lines == [2, 4])
    }

    @Test(arguments: [
        ("", "empty file"), ("\n\n", "empty file"), ("a,b\n", "rows below the header"),
        ("a,b", "rows below the header"),
        ("a,b\n1,2\n3\n", "line 3: expected 2 cells as in the header, found 1"),
        ("a\n1,2\n", "line 2: expected 1 cells"),
        ("a,b\n1,2\n\n3,4\n", "line 3: expected a row, found an empty line"),
        ("a,b,a\n1,2,3\n", "columns 1 and 3 are both named 'a'"),
        ("1,2\n3,4\n", "put a header line first"), (",b\n1,2\n", "expected a name for column 1"),
        ("a;b\n1;2\n", "separated by commas, found ';'"), ("a\tb\n1\t2\n", "found tab"),
        ("a,b\n1,\"x\n2,y\n", "line 2: a quoted cell begins here"),
        ("a,b\n1,\"x\"y\n", "line 2: found text after a closing quote"),
        ("a,b\n1,x\"y\n", "line 2: found a quote inside a cell"),
    ])
    func refusesWhatIsNoTable(_ text: String, _ part: String) {
        expectError(naming: "t.csv", part) { _ = try table(text) }
    }

    @Test func refusesUTF16() {
        expectError(naming: "t.csv", "UTF-16") { _ = try CSV(parsing: [0xff, 0xfe, 65, 0], path: "t.csv") }
    }

    @Test(arguments: [
        ("", "a missing one"), ("NA", "a missing one"), ("?", "a missing one"), ("nan", "a missing one"),
        ("x1", "found 'x1'"),
        ("0x10", "'0x10'"), ("inf", "'inf'"), ("1e39", "'1e39'"), ("1e999999999999999999999", "1e99"), ("1 2", "'1 2'"),
        ("1.2.3", "'1.2.3'"),
        ("-", "'-'"), ("\"1,5\"", "'1,5'"), (".", "'.'"), ("e5", "'e5'"), ("1e", "'1e'"),
    ])
    func refusesWhatIsNoNumber(_ cell: String, _ part: String) throws {
        let csv = try table("a,b\n1,2\n3,\(cell)\n")
        expectError(naming: "t.csv", "line 3, column 'b'", part) { _ = try csv.floats(columns: [0, 1]) }
    }

    @Test func unknownColumnsAreSuggested() throws {
        let csv = try table("label,b\n1,2\n")
        expectError(naming: "t.csv", "did you mean 'label'") { _ = try csv.index(of: "lable") }
    }

    @Test func numbersAreRoundedAsByTheStandardLibrary() throws {
        var texts = [
            "0", "-0", "+1", "1.", ".5", "1e5", "1E-5", "123456789012345678901234567890", "9007199254740993", "1e-30",
            "00012.50",
        ]
        for exponent in stride(from: -40, through: 30, by: 7) {
            for digits in ["1", "12345", "3.14159265358979", "0.000123456789012345678"] {
                texts.append("\(digits)e\(exponent)")
            }
        }
        let csv = try table("a\n" + texts.joined(separator: "\n"))
        #expect(try csv.floats(column: 0) == texts.map { Float(Double($0)!) })
    }

    @Test func writesWhatItReads() throws {
        let folder = try TemporaryFolder()
        let rows = [["1", "a,b"], ["", "say \"no\"\nor yes"], ["x", ""]]
        var writer = CSVWriter(columns: ["n, m", "text"])
        for row in rows { writer.append(row) }
        try writer.write(to: folder.file("out.csv"))
        let csv = try CSV.read(folder.file("out.csv"))
        #expect(csv.columns == ["n, m", "text"])
        #expect((0..<3).map { row in (0..<2).map { csv.text(row: row, column: $0) } } == rows)

        var single = CSVWriter(columns: ["only"])
        single.append([""])
        single.append(["x"])
        try single.write(to: folder.file("single.csv"))
        #expect(try CSV.read(folder.file("single.csv")).rowCount == 2)
    }

    /// Nothing traps, whatever stands in the file.
    @Test func anyTextIsReadOrRefused() {
        let letters = Array("a1\",\n\r \u{ff}-e.".utf8)
        var state: UInt32 = 1
        for length in 0..<20_000 {
            let text = (0..<length % 40).map { _ in
                state = state &* 1_664_525 &+ 1_013_904_223
                return letters[Int(state >> 16) % letters.count]
            }
            guard let csv = try? CSV(parsing: text, path: "t.csv") else { continue }
            for column in csv.columns.indices {
                _ = try? csv.floats(column: column)
                _ = try? csv.strings(column: column)
            }
        }
    }
}
