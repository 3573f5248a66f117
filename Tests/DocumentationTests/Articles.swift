import Foundation
import TestSupport
import Testing

/// The texts of the repository that people read.
enum Articles {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
    static let catalogue = root.appending(path: "Sources/Martlet/Martlet.docc")
    static let guides = catalogue.appending(path: "Guides")

    /// Every article of the catalogue.
    static func all() throws -> [URL] { try markdown(below: catalogue) }

    /// The articles that are guides, without their index.
    static func allGuides() throws -> [URL] {
        try markdown(below: guides).filter { $0.lastPathComponent != "Guides.md" }
    }

    /// Articles, and what lies elsewhere.
    static func allTexts() throws -> [URL] {
        try all() + ["", "docs", "docs/guides", "Benchmarks", "Examples"].flatMap { folder in
            try FileManager.default.contentsOfDirectory(at: root.appending(path: folder), includingPropertiesForKeys: nil)
                .filter { $0.pathExtension == "md" }
        }
    }

    static func text(_ article: URL) throws -> String { try String(contentsOf: article, encoding: .utf8) }

    /// Runs a script of `.ci`, whose messages are shown where it fails.
    static func runScript(_ name: String, _ arguments: String...) throws {
        let folder = try TemporaryFolder()
        let process = Process()
        process.executableURL = root.appending(path: ".ci/\(name)")
        process.arguments = arguments
        let log = try folder.write("", to: "log")
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: log))
        process.standardError = process.standardOutput
        try process.run()
        process.waitUntilExit()
        let messages = try String(contentsOfFile: log, encoding: .utf8)
        #expect(process.terminationStatus == 0, "\(messages)")
    }

    private static func markdown(below folder: URL) throws -> [URL] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".md") }.sorted()
            .map { folder.appending(path: $0) }
    }
}
