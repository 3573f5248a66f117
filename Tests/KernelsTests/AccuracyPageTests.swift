import Foundation
import Testing

/// `docs/accuracy.md` is what `make accuracy` writes: minutes over every float, so here only its form is looked at.
@Suite struct AccuracyPageTests {
    private static let root = URL(filePath: #filePath).appending(path: "../../..").standardized

    private func text(_ path: String) throws -> String {
        try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
    }

    @Test func pageHasEveryFunctionWithinItsBound() throws {
        // F(name, reference, bound, low, high) in the program.
        let declared = try text("Tests/Accuracy/accuracy.c").split(separator: "\n").compactMap { line -> String? in
            guard line.hasPrefix("    F(") else { return nil }
            let fields = line.dropFirst(6).split(separator: ",").map { $0.drop { $0 == " " } }
            return "\(fields[0]) \(fields[2])"
        }
        let rows = try text("docs/accuracy.md").split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst().map { row in
            row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        #expect(!declared.isEmpty)
        #expect(rows.map { "\($0[0]) \($0[2])" } == declared, "docs/accuracy.md is not of this program: run `make accuracy`")
        for row in rows {
            let (bound, worst) = (try #require(Double(row[2])), try #require(Double(row[3])))
            #expect(worst > 0 && worst <= bound, "\(row[0])")
            #expect(Float(row[4]) != nil, "\(row[0]): \(row[4]) is no float")
        }
    }
}
