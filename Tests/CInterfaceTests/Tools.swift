import Foundation
import TestSupport

/// The programs that these tests run, and where things lie.
enum Tools {
    static let root = URL(filePath: #filePath).appending(path: "../../..").standardized.path
    static let headers = "\(root)/Sources/CMartlet/include"
    static let header = "\(headers)/martlet.h"

    /// The folder of the built products: that of the test bundle.
    static let built: String = {
        let folders = [
            URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent(), Bundle.main.bundleURL.deletingLastPathComponent(),
        ].map(\.path) + ["\(root)/.build/release", "\(root)/.build/debug"]
        return folders.first { FileManager.default.fileExists(atPath: "\($0)/libMartletC.so") } ?? folders[0]
    }()
    static let library = "\(built)/libMartletC.so"

    static let clang = find("clang")
    static let clangPlusPlus = find("clang++")
    static let pkgConfig = find("pkg-config")
    /// One that has NumPy.
    static let python: String? = find("python3").flatMap { python in
        (try? run(python, ["-c", "import numpy"]))?.status == 0 ? python : nil
    }

    static func find(_ name: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    struct Outcome {
        let status: Int32
        let out: String
        let err: String
    }

    /// Runs a program to its end. Its streams go to files, so that it never waits for a reader.
    static func run(
        _ program: String, _ arguments: [String], in folder: String? = nil, environment: [String: String] = [:]
    ) throws -> Outcome {
        let streams = try TemporaryFolder()
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("MARTLET_") && !$0.key.hasPrefix("MAKE") }
        variables["SWIFT_BACKTRACE"] = "enable=no"
        process.environment = variables.merging(environment) { $1 }
        if let folder { process.currentDirectoryURL = URL(filePath: folder) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: try streams.write("", to: "out")))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: try streams.write("", to: "err")))
        try process.run()
        process.waitUntilExit()
        func text(_ name: String) -> String { (try? String(contentsOfFile: streams.file(name), encoding: .utf8)) ?? "" }
        return Outcome(status: process.terminationStatus, out: text("out"), err: text("err"))
    }
}
