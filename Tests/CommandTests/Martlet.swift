import Foundation
import MartletFormats
import Testing

/// The built command, run as a user runs it: in a process of its own.
enum Martlet {
    /// The executable beside the test bundle.
    static let path: String = {
        let build = URL(filePath: #filePath).appending(path: "../../../.build").standardized
        let folders = [
            URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent(), Bundle.main.bundleURL.deletingLastPathComponent(),
            build.appending(path: "release"), build.appending(path: "debug"),
        ]
        let files = folders.map { $0.appending(path: "martlet").path }
        return files.first { FileManager.default.isExecutableFile(atPath: $0) } ?? "martlet was not found beside the tests"
    }()

    /// The CPU path, and OpenCL where there is a device.
    static let backends: [String] = {
        let probe = try? run(["train", "--epochs", "0", "--model", "mlp:1", "--backend", "opencl"])
        return probe?.status == 0 ? ["cpu", "opencl"] : ["cpu"]
    }()

    /// Runs the command to its end.
    static func run(
        _ arguments: [String], in folder: String? = nil, environment: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Outcome {
        try Running(arguments, in: folder, environment: environment).finish(sourceLocation: sourceLocation)
    }

    /// What a process came to.
    struct Outcome {
        let status: Int32
        let out: String
        let err: String

        /// Every line of stdout, each of which must be an object.
        func objects(sourceLocation: SourceLocation = #_sourceLocation) throws -> [JSONValue] {
            let values = try out.split(separator: "\n").map { try JSONValue(parsing: $0.utf8, path: "stdout") }
            #expect(values.allSatisfy { $0.members != nil }, sourceLocation: sourceLocation)
            return values
        }

        /// `weightsSHA256` of the last line.
        func hash(sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
            #expect(status == 0, "\(err)", sourceLocation: sourceLocation)
            return try #require(try objects().last?["weightsSHA256"]?.string, "\(out)\(err)", sourceLocation: sourceLocation)
        }
    }

    /// A process under way. Its streams go to files, so that it never waits for a reader.
    final class Running {
        let process = Process()
        private let streams: URL

        init(
            _ arguments: [String], in folder: String? = nil, environment: [String: String] = [:],
            out: FileHandle? = nil, err: FileHandle? = nil
        ) throws {
            streams = FileManager.default.temporaryDirectory.appending(path: "martlet streams \(UUID())")
            try FileManager.default.createDirectory(at: streams, withIntermediateDirectories: true)
            process.executableURL = URL(filePath: Martlet.path)
            process.arguments = arguments
            // What the caller's shell wants of Martlet, or of a crash, must not change a test.
            var variables = ProcessInfo.processInfo.environment.filter { !["MARTLET_BACKEND", "NO_COLOR"].contains($0.key) }
            variables["SWIFT_BACKTRACE"] = "enable=no"
            process.environment = variables.merging(environment) { $1 }
            if let folder { process.currentDirectoryURL = URL(filePath: folder) }
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = try out ?? file("out")
            process.standardError = try err ?? file("err")
            try process.run()
        }

        deinit { try? FileManager.default.removeItem(at: streams) }

        /// What is on stdout so far.
        var out: String { read("out") }

        func signal(_ number: Int32) { kill(process.processIdentifier, number) }

        /// Waits for the end, which must not be a signal that was not sent: that is what a Swift trap ends with.
        func finish(expecting sent: Int32? = nil, sourceLocation: SourceLocation = #_sourceLocation) -> Outcome {
            process.waitUntilExit()
            let outcome = Outcome(status: process.terminationStatus, out: read("out"), err: read("err"))
            if process.terminationReason == .uncaughtSignal {
                #expect(outcome.status == sent, "ended by signal \(outcome.status): \(outcome.err)", sourceLocation: sourceLocation)
            }
            return outcome
        }

        private func file(_ name: String) throws -> FileHandle {
            try Data().write(to: streams.appending(path: name))
            return try FileHandle(forWritingTo: streams.appending(path: name))
        }
        private func read(_ name: String) -> String {
            String(decoding: (try? Data(contentsOf: streams.appending(path: name))) ?? Data(), as: UTF8.self)
        }
    }
}

/// Expects an error as a user should meet it: the code, nothing on stdout, and on stderr one message that says all parts.
func expectFailure(
    _ status: Int32, saying parts: [String], of outcome: Martlet.Outcome, sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(outcome.status == status, "\(outcome.err)", sourceLocation: sourceLocation)
    #expect(outcome.out.isEmpty, sourceLocation: sourceLocation)
    #expect(outcome.err.split(separator: "\n").contains { $0.hasPrefix("error: ") }, "\(outcome.err)", sourceLocation: sourceLocation)
    for part in parts { #expect(outcome.err.contains(part), "\(outcome.err)", sourceLocation: sourceLocation) }
}
