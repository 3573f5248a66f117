import Foundation
import TestSupport
import Testing

/// What `docs/public-api.md` calls the API of Swift: everything public that `import Martlet` and `import MartletConformance` bring.
@Suite struct SymbolTests {
    private struct SymbolGraph: Decodable {
        struct Symbol: Decodable {
            struct Comment: Decodable {}
            struct Location: Decodable {
                struct Position: Decodable { let line: Int }
                let uri: String
                let position: Position
            }
            let pathComponents: [String]
            let docComment: Comment?
            let location: Location?
        }
        let symbols: [Symbol]
    }

    @Test(arguments: ["Martlet", "MartletConformance"])
    func everySymbolIsDocumented(module: String) throws {
        let folder = try TemporaryFolder()
        try Articles.runScript("symbols", built, folder.path)
        let graph = try JSONDecoder().decode(
            SymbolGraph.self, from: Data(contentsOf: URL(filePath: folder.file("\(module)/\(module).symbols.json"))))
        #expect(graph.symbols.count > 50)
        let silent = graph.symbols.filter { $0.docComment == nil && $0.location != nil }.map { symbol in
            "\(symbol.location!.uri.split(separator: "/Sources/").last!):\(symbol.location!.position.line + 1) \(symbol.pathComponents.joined(separator: "."))"
        }
        #expect(silent.isEmpty, "public, and nothing is said of:\n\(silent.sorted().joined(separator: "\n"))")
    }

    private let built = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path
}
