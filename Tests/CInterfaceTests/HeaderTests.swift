import Foundation
import TestSupport
import Testing

/// martlet.h, what the library exports, and what they say of their versions.
@Suite struct HeaderTests {
    /// The functions that the header declares.
    static let functions: Set<String> = {
        let text = (try? String(contentsOfFile: Tools.header, encoding: .utf8)) ?? ""
        let code = text.replacing(#/(?s)/\*.*?\*//#, with: "")
        return Set(code.matches(of: #/\b(martlet_[a-z0-9_]+)\(/#).map { String($0.1) })
    }()

    @Test(
        .enabled(if: Tools.clang != nil && Tools.clangPlusPlus != nil, "needs clang"),
        arguments: [("c", "c89"), ("c", "c99"), ("c", "c11"), ("c", "c2x"), ("c++", "c++98"), ("c++", "c++20")])
    func compilesAlone(language: String, standard: String) throws {
        let outcome = try Tools.run(
            try #require(language == "c" ? Tools.clang : Tools.clangPlusPlus),
            ["-x", language, "-std=\(standard)", "-pedantic", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", Tools.header])
        #expect(outcome.status == 0, "\(outcome.err)")
    }

    @Test func versionScriptListsEveryFunction() throws {
        let script = try String(contentsOfFile: "\(Tools.root)/Sources/MartletC/libmartlet.map", encoding: .utf8)
        #expect(Set(script.matches(of: #/(martlet_[a-z0-9_]+);/#).map { String($0.1) }) == Self.functions)
        #expect(Self.functions.count > 30)
    }

    @Test(.enabled(if: Tools.find("nm") != nil && Tools.find("readelf") != nil, "needs binutils"))
    func libraryExportsTheFunctionsAlone() throws {
        let symbols = try Tools.run(try #require(Tools.find("nm")), ["-D", "--defined-only", "--extern-only", Tools.library]).out
        let exported = symbols.split(separator: "\n").filter { !$0.contains(" A ") }
            .map { $0.split(separator: " ").last!.split(separator: "@")[0] }
        #expect(Set(exported.map(String.init)) == Self.functions)
        let dynamic = try Tools.run(try #require(Tools.find("readelf")), ["-d", Tools.library]).out
        let abi = try #require(try define("MARTLET_ABI"))
        #expect(dynamic.contains("[libmartlet.so.\(abi)]"), "the soname, in Package.swift, bears the number of MARTLET_ABI")
    }

    @Test func commandAndHeaderAreOfOneVersion() throws {
        let version = try Tools.run("\(Tools.built)/martlet", ["--version"]).out
        #expect(version.hasPrefix(try #require(try define("MARTLET_VERSION")).replacing("\"", with: "") + " "))
    }

    private func define(_ name: String) throws -> String? {
        let text = try String(contentsOfFile: Tools.header, encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("#define \(name) ") }
        return line.map { String($0.dropFirst("#define \(name) ".count)) }
    }
}
