import Foundation
import Testing

/// An example, run as a user runs it: in a process of its own.
final class Program {
    let process = Process()
    private let folder: URL

    /// - Parameter name: of the executable, which lies beside the test bundle.
    init(_ name: String, _ arguments: [String]) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "martlet example \(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let build = Bundle.main.bundleURL.deletingLastPathComponent()
        let places = [URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent(), build, Bundle.main.bundleURL]
        let found = places.map { $0.appending(path: name) }.first { FileManager.default.isExecutableFile(atPath: $0.path) }
        let executable: URL = try #require(found, "\(name) was not found beside the tests: \(places.map(\.path))")
        process.executableURL = executable
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try file("out")
        process.standardError = try file("err")
        try process.run()
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    var out: String { read("out") }
    var err: String { read("err") }

    /// Waits for the end.
    func status() -> Int32 {
        process.waitUntilExit()
        #expect(process.terminationReason == .exit, "ended by signal \(process.terminationStatus): \(err)")
        return process.terminationStatus
    }

    private func file(_ name: String) throws -> FileHandle {
        try Data().write(to: folder.appending(path: name))
        return try FileHandle(forWritingTo: folder.appending(path: name))
    }
    private func read(_ name: String) -> String {
        String(decoding: (try? Data(contentsOf: folder.appending(path: name))) ?? Data(), as: UTF8.self)
    }
}

/// A folder that goes away with its owner. Its name has a space, for paths may have one.
final class Folder {
    let path = FileManager.default.temporaryDirectory.appending(path: "martlet example files \(UUID())").path
    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }
    func file(_ name: String) -> String { "\(path)/\(name)" }
}

/// The CPU path, and OpenCL where there is a device.
let backends: [String] = {
    do {
        let folder = try Folder(), images = folder.file("images")
        try PrincipalComponentsTests.stripes().write(to: URL(filePath: images))
        let probe = try Program("PrincipalComponents", [images, folder.file("picture.png"), "opencl"])
        return probe.status() == 0 ? ["cpu", "opencl"] : ["cpu"]
    } catch {
        return ["cpu"]
    }
}()
