import Foundation
import TestSupport
import Testing

/// `make install` and `make uninstall`, with what the tests have built.
@Suite(.enabled(if: Tools.find("make") != nil, "needs make")) struct InstallTests {
    private func make(_ target: String, _ settings: String...) throws -> Tools.Outcome {
        try Tools.run(try #require(Tools.find("make")), ["-C", Tools.root, target, "BUILT=\(Tools.built)"] + settings)
    }

    private func files(in folder: String) -> [String] {
        let all = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        // Links count as files, whatever they lead to.
        return all.filter { (try? FileManager.default.attributesOfItem(atPath: "\(folder)/\($0)"))?[.type] as? FileAttributeType != .typeDirectory }
            .sorted()
    }

    @Test func installsUnderDestinationAndPrefix() throws {
        let folder = try TemporaryFolder()
        let installed = try make("install", "PREFIX=/opt/martlet", "DESTDIR=\(folder.path)")
        try #require(installed.status == 0, "\(installed.err)")
        let version = "0.1.0"
        #expect(
            files(in: folder.file("opt/martlet")) == [
                "bin/martlet", "include/martlet.h", "lib/libmartlet.so", "lib/libmartlet.so.\(version)", "lib/libmartlet.so.1",
                "lib/pkgconfig/martlet.pc",
            ].sorted())
        // Twice is as good as once.
        #expect(try make("install", "PREFIX=/opt/martlet", "DESTDIR=\(folder.path)").status == 0)
        #expect(try make("uninstall", "PREFIX=/opt/martlet", "DESTDIR=\(folder.path)").status == 0)
        #expect(files(in: folder.path) == [])
    }

    @Test(.enabled(if: Tools.pkgConfig != nil && Tools.clang != nil, "needs pkg-config and clang"))
    func isFoundByPkgConfig() throws {
        // Its path has a space.
        let folder = try TemporaryFolder()
        let prefix = folder.file("prefix")
        let installed = try make("install", "PREFIX=\(prefix)")
        try #require(installed.status == 0, "\(installed.err)")
        let pkgConfig = try #require(Tools.pkgConfig)
        let environment = ["PKG_CONFIG_PATH": "\(prefix)/lib/pkgconfig"]
        #expect(try Tools.run(pkgConfig, ["--modversion", "martlet"], environment: environment).out == "0.1.0\n")
        // The shell reads what pkg-config has quoted.
        let built = try Tools.run(
            "/bin/sh",
            [
                "-c", "eval '\"$1\" \"$2\" -o \"$3\" -lpthread' $(\"$4\" --cflags --libs martlet)", "sh",
                try #require(Tools.clang), "\(Tools.root)/Tests/C/threads.c", folder.file("program"), pkgConfig,
            ], environment: environment)
        try #require(built.status == 0, "\(built.err)")
        let outcome = try Tools.run(folder.file("program"), [], environment: ["LD_LIBRARY_PATH": "\(prefix)/lib"])
        #expect(outcome.status == 0, "\(outcome.err)")
        let help = try Tools.run("\(prefix)/bin/martlet", ["--version"])
        #expect(help.status == 0, "\(help.err)")
    }
}
