import Foundation
import TestSupport
import Testing

/// The articles of the documentation show code that these tests compile and run: every block of Swift stands word for word
/// in a file of this folder. (Their C and Python run in CInterfaceTests.)
@Suite struct ArticleTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()

    @Test func everyBlockOfSwiftIsRun() throws {
        let sources = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter { $0.hasSuffix(".swift") }
            .map { try String(contentsOfFile: Self.folder.appending(path: $0).path, encoding: .utf8) }
        var count = 0
        for article in try Articles.all() {
            for match in try Articles.text(article).matches(of: #/(?s)```swift\n(.*?)```/#) {
                let block = lines(match.1).filter { !$0.hasPrefix("import ") }
                let code = Array(block.drop { $0.isEmpty })
                #expect(sources.contains { contains(lines($0[...]), code) }, "\(article.lastPathComponent): no test runs\n\(match.1)")
                count += 1
            }
        }
        #expect(count > 20)
    }

    /// Where texts are read as they lie, links are paths: of files, and of the places in the sources that texts name.
    @Test func everyPathLeadsSomewhere() throws {
        var count = 0
        for article in try Articles.allTexts() {
            let text = try Articles.text(article)
            func expectFile(_ path: String, in folder: URL) {
                count += 1
                let file = folder.appending(path: path).standardized.path
                #expect(FileManager.default.fileExists(atPath: file), "\(article.lastPathComponent): there is no \(path)")
            }
            // Code is no text.
            let prose = text.replacing(#/(?s)```.*?```/#, with: "")
            for link in prose.matches(of: #/\]\(([^)\s]+)\)/#) where !link.1.contains(":") && !link.1.hasPrefix("#") {
                expectFile(String(link.1.prefix { $0 != "#" }), in: article.deletingLastPathComponent())
            }
            for path in prose.matches(of: #/`((?:Sources|Tests|Kernels|Benchmarks|Examples|docs)\/[A-Za-z0-9_\/.+-]+)`/#) {
                expectFile(String(path.1), in: Articles.root)
            }
        }
        #expect(count > 80)
    }

    /// Links of the articles and of the comments in the sources, as `make documentation` checks them.
    @Test(.enabled(if: docc != nil, "needs docc, which comes with the toolchain")) func everyLinkLeadsSomewhere() throws {
        let folder = try TemporaryFolder()
        let built = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path
        try Articles.runScript("document", built, folder.file("site"))
        // An article that is named like a symbol is dropped without a word.
        for article in try Articles.all() where article.lastPathComponent != "Martlet.md" {
            let page = "site/data/documentation/martlet/\(article.deletingPathExtension().lastPathComponent.lowercased()).json"
            let data = try #require(FileManager.default.contents(atPath: folder.file(page)), "\(article.lastPathComponent) has no page")
            let kind = (try JSONSerialization.jsonObject(with: data) as? [String: Any])?["kind"] as? String
            #expect(kind == "article", "\(article.lastPathComponent) is hidden by a symbol")
        }
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
