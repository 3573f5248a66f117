import Foundation
import MartletFormats
import Testing

/// `martlet operations`, and the page that is made of it.
@Suite struct OperationsTests {
    private static let root = URL(filePath: #filePath).appending(path: "../../..").standardized

    @Test func pageIsCurrent() throws {
        let page = try String(contentsOf: Self.root.appending(path: "docs/operations.md"), encoding: .utf8)
        let printed = try Command.run(["operations", "--markdown"])
        #expect(printed.code == 0)
        #expect(page == printed.output, "docs/operations.md is not what the tables say: run `make docs` and commit the page")
    }

    /// The files listed are there, wherever in their room.
    @Test func filesExist() throws {
        var files: Set<String> = []
        for room in ["Sources", "Kernels"] {
            let enumerator = FileManager.default.enumerator(atPath: Self.root.appending(path: room).path)
            while let path = enumerator?.nextObject() as? String {
                let parts = path.split(separator: "/")
                files.insert("\(room == "Sources" ? String(parts[0]) : room)/\(parts.last!)")
            }
        }
        let rows = try Command.run(["operations", "--json"]).rows()
        for row in rows {
            for file in row["files"]?.array ?? [] {
                let name = try #require(file.string)
                #expect(files.contains(name), "\(row["name"]?.string ?? ""): there is no \(name)")
            }
        }
        #expect(rows.contains { $0["kind"]?.string == "operation" })
    }

    /// The files that an added function and an added operation touch. `make test-structure` also builds and checks them.
    @Test func addingTouchesFewFiles() throws {
        let process = Process()
        process.executableURL = Self.root.appending(path: "Tests/Structure/structure.sh")
        process.arguments = ["--count"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(text)")
        #expect(text.contains("files touched for a structured operation: 5"), "\(text)")
    }

    @Test func functionsNameTheirArguments() throws {
        for row in try Command.run(["operations", "--json"]).rows() where row["kind"]?.string == "function" {
            let formula = try #require(row["formula"]?.string)
            let arguments = try #require(formula.split(separator: "->").first).split(separator: ",")
            #expect(arguments.count == row["arity"]?.int, "\(row["name"]?.string ?? ""): \(formula)")
        }
    }

    @Test func formatsExcludeEachOther() throws {
        #expect(try Command.run(["operations", "--markdown", "--json"]).code == 64)
    }
}
