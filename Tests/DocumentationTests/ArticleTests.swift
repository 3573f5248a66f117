import Foundation
import TestSupport
import Testing

/// The articles of the documentation show code that these tests compile and run: every block of Swift stands word for word
/// in a file of this folder. (Their C and Python run in CInterfaceTests.)
@Suite struct ArticleTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    static let articles = folder.appending(path: "../../Sources/Martlet/Martlet.docc").standardized.path

    @Test func everyBlockOfSwiftIsRun() throws {
        let sources = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter { $0.hasSuffix(".swift") }
            .map { try String(contentsOfFile: Self.folder.appending(path: $0).path, encoding: .utf8) }
        var count = 0
        for article in try FileManager.default.contentsOfDirectory(atPath: Self.articles) where article.hasSuffix(".md") {
            let text = try String(contentsOfFile: "\(Self.articles)/\(article)", encoding: .utf8)
            for match in text.matches(of: #/(?s)```swift\n(.*?)```/#) {
                let block = lines(match.1).filter { !$0.hasPrefix("import ") }
                let code = Array(block.drop { $0.isEmpty })
                #expect(sources.contains { contains(lines($0[...]), code) }, "\(article): no test runs\n\(match.1)")
                count += 1
            }
        }
        #expect(count > 20)
    }

    /// Links of the articles and of the comments in the sources, as `make documentation` checks them.
    @Test(.enabled(if: docc != nil, "needs docc, which comes with the toolchain")) func everyLinkLeadsSomewhere() throws {
        let root = Self.folder.appending(path: "../..").standardized
        let folder = try TemporaryFolder()
        let process = Process()
        process.executableURL = root.appending(path: ".ci/document")
        process.arguments = [URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path, folder.file("site")]
        let log = try folder.write("", to: "log")
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: log))
        process.standardError = process.standardOutput
        try process.run()
        process.waitUntilExit()
        let messages = try String(contentsOfFile: log, encoding: .utf8)
        #expect(process.terminationStatus == 0, "\(messages)")
        #expect(FileManager.default.fileExists(atPath: folder.file("site/documentation/martlet/numerics/index.html")))
    }

    static let docc = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/docc" }
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    private func lines(_ text: Substring) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
        return lines
    }

    /// Whether lines stand somewhere in a file one after the other, all indented by the same.
    private func contains(_ file: [String], _ code: [String]) -> Bool {
        guard let first = code.first, file.count >= code.count else { return false }
        return (0...file.count - code.count).contains { start in
            guard file[start].hasSuffix(first) else { return false }
            let indentation = file[start].dropLast(first.count)
            guard indentation.allSatisfy(\.isWhitespace) else { return false }
            return zip(file[start...], code).allSatisfy { $0 == ($1.isEmpty ? "" : indentation + $1) }
        }
    }
}
