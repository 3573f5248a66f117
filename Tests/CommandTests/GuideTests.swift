import Foundation
import Testing

/// The commands of the guides name subcommands and options that there are.
@Suite struct GuideTests {
    static let guides = URL(filePath: #filePath).appending(path: "../../../Sources/Martlet/Martlet.docc/Guides").standardized

    static func commands() throws -> [[String]] {
        try FileManager.default.contentsOfDirectory(atPath: guides.path).filter { $0.hasSuffix(".md") }.sorted().flatMap { guide in
            try String(contentsOf: guides.appending(path: guide), encoding: .utf8).split(separator: "\n")
                .filter { $0.hasPrefix("    martlet ") }
                .map { $0.split(separator: "#")[0].split(separator: " ").dropFirst().map(String.init) }
        }
    }

    @Test func commandsAreTaken() throws {
        var known: [String: Set<String>] = [:]
        func options(of command: [String]) throws -> Set<String> {
            if let options = known[command.joined(separator: " ")] { return options }
            let outcome = try Martlet.run(["help"] + command)
            let name = command.joined(separator: " ")
            #expect(outcome.status == 0 && outcome.out.contains("USAGE: martlet \(name)"), "martlet \(name): \(outcome.out)\(outcome.err)")
            var found = Set(outcome.out.matches(of: #/--[a-z0-9-]+/#).map { String($0.0) })
            // It hands the others on.
            if name == "search" { found.formUnion(try options(of: ["train"])) }
            known[name] = found
            return found
        }
        let commands = try Self.commands()
        #expect(commands.count > 10)
        for words in commands {
            let taken = try options(of: Array(words.prefix(["ensemble", "study"].contains(words[0]) ? 2 : 1)))
            for word in words where word.hasPrefix("--") {
                let option = String(word.prefix { $0 != "=" })
                #expect(taken.contains(option), "martlet \(words.joined(separator: " ")): there is no \(option)")
            }
        }
    }
}
