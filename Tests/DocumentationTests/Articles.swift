import Foundation

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

    private static func markdown(below folder: URL) throws -> [URL] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".md") }.sorted()
            .map { folder.appending(path: $0) }
    }
}
