import Foundation
import MartletBackend
import MartletFormats
import MartletOpenCL
import TestSupport
import Testing

/// `martlet check` as a user runs it, on the CPU path.
@Suite struct CheckCommandTests {
    @Test func parityAndGradients() throws {
        let run = try Command.run(["check", "--backend", "cpu", "--op", "matmul", "--json", "--quiet"])
        #expect(run.code == 0)
        let rows = try run.rows()
        #expect(rows.contains { $0["check"]?.string == "parity" && $0["equal"]?.int == $0["samples"]?.int })
        #expect(rows.contains { $0["check"]?.string == "grad" && $0["target"]?.string == "central differences" })
        let verdicts = rows.filter { $0["quarantined"] != nil }
        #expect(!verdicts.isEmpty && verdicts.allSatisfy { $0["quarantined"]?.bool == false })
    }

    /// What is quarantined is said, not used, and released by a check that finds it equal.
    @Test(.enabled(if: Martlet.backends.contains("opencl"), "needs an OpenCL device"))
    func quarantine() throws {
        let place = try Workplace()
        let environment = ["MARTLET_CACHE_DIR": place.path("cache of kernels")]
        func run(_ arguments: String...) throws -> Martlet.Outcome { try place.run(arguments, environment: environment) }
        let info = try #require(OpenCLInventory.survey().choose(.opencl(.any)) { _ in .exact }.device)
        let usual = try DeviceClass(info)
        var quarantine = Quarantine()
        quarantine.update(usual, tested: [], wrong: ["matmul"])
        #expect(quarantine.save(for: info, in: ProgramCache(directory: place.path("cache of kernels"))))

        let train = ["train", "--epochs", "1", "--model", "mlp:8", "--json", "--backend"]
        let expected = try place.run(train + ["cpu"]).hash()
        let trained = try place.run(train + ["opencl"], environment: environment)
        #expect(try trained.hash() == expected)
        #expect(trained.err.contains("quarantined") && trained.err.contains("matmul of the \(usual) kernels"))
        #expect(try run("devices").out.contains("quarantine   matmul"))
        #expect(try run("devices", "--json").objects().contains { $0["quarantine"]?[usual.rawValue]?.array?.count == 1 })
        #expect(try run("doctor").out.contains("quarantined"))

        let other = try run("check", "--backend", "opencl", "--op", "gather", "--mode", "parity")
        #expect(other.status == 0 && other.err.contains("not used until"), "\(other.err)")
        let released = try run("check", "--backend", "opencl", "--op", "matmul", "--mode", "parity")
        #expect(released.status == 0 && released.err.contains("agrees again"), "\(released.err)")
        #expect(try !run("devices").out.contains("quarantine"))
    }

    @Test func usageIsRefused() throws {
        let unknown = try Command.run(["check", "--backend", "cpu", "--op", "matmull"])
        #expect(unknown.code == 64 && unknown.error.contains("did you mean 'matmul'?"))
        #expect(try Command.run(["check", "--require", "losses"]).code == 64)
        #expect(try Command.run(["check", "--backend", "cpu", "--reference", "/nonexistent"]).code != 0)
    }

    @Test(.enabled(if: Shared.has("reference"), "needs ../shared or MARTLET_SHARED"))
    func referenceFolders() throws {
        let arguments = ["check", "--backend", "cpu", "--reference", Shared.path("reference"), "--json", "--quiet"]
        let run = try Command.run(arguments + ["--require", "losses,clipping"])
        #expect(run.code == 0, "\(run.error)")
        let rows = try run.rows()
        let losses = try #require(rows.first { $0["group"]?.string == "losses" })
        #expect(losses["failed"]?.int == 0 && losses["unsupported"]?.int == 0 && losses["skippedNames"]?.array?.isEmpty == true)
        #expect(losses["backend"]?.string?.hasPrefix("cpu") == true && losses["worstError"]?.double ?? 2 <= 1)
        #expect(try Command.run(arguments + ["--require", "no_such_group"]).code == 64)
    }

    /// What is unknown is named, and fails only where it is required.
    @Test func unsupportedCases() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write(
            #"{"format": 1, "groups": [{"name": "spells", "cases": 1, "json": "spells.json", "tensors": "spells.safetensors"}]}"#,
            to: "index.json")
        _ = try folder.write(
            #"{"group": "spells", "cases": [{"id": "a spell", "op": "enchant", "attrs": {}, "inputs": {}, "expected": {"std": 1, "mean_tolerance": 1, "std_relative_tolerance": 1}}]}"#,
            to: "spells.json")
        _ = try folder.write([2, 0, 0, 0, 0, 0, 0, 0] + Array("{}".utf8), to: "spells.safetensors")
        let arguments = ["check", "--backend", "cpu", "--reference", folder.path, "--json", "--quiet"]
        let run = try Command.run(arguments)
        #expect(run.code == 0, "\(run.error)")
        let row = try #require(try run.rows().first)
        #expect(row["unsupported"]?.int == 1 && row["skippedNames"]?.array?.first?.string == "a spell")
        #expect(try Command.run(arguments + ["--require", "spells"]).code == 1)
    }

    /// Drawn weights are compared by their statistics: another deviation fails.
    @Test func statisticsOfInitialisers() throws {
        let folder = try TemporaryFolder()
        func write(deviation: Double, shape: String = "[64, 64]") throws {
            _ = try folder.write(#"{"groups": [{"name": "initialisers", "cases": 1, "json": "i.json"}]}"#, to: "index.json")
            _ = try folder.write(
                #"{"cases": [{"id": "a", "op": "cs231n_normal", "attrs": {"shape": \#(shape), "fan_in": 64, "fan_out": 64, "distribution": "normal"}, "expected": {"mean": 0, "std": \#(deviation), "mean_tolerance": 0.01, "std_relative_tolerance": 0.06}}]}"#,
                to: "i.json")
        }
        let arguments = ["check", "--backend", "cpu", "--reference", folder.path, "--json", "--quiet"]
        try write(deviation: 0.125)
        let run = try Command.run(arguments + ["--require", "initialisers"])
        #expect(run.code == 0, "\(run.error)")
        #expect(try #require(run.rows().first)["worstError"]?.double ?? 0 > 0)
        try write(deviation: 0.14)
        #expect(try Command.run(arguments).code == 1)
        try write(deviation: 0.125, shape: "[1099511627776, 1099511627776]")
        #expect(try Command.run(arguments).code == 1)
    }

    /// A folder in which nothing would be compared is refused.
    @Test(arguments: [
        (#"{"groups": []}"#, #"{"cases": []}"#), (#"{"format": 2, "groups": [{"name": "losses", "json": "g.json"}]}"#, #"{"cases": []}"#),
        (#"{"groups": [{"name": "losses", "json": "g.json"}, {"name": "losses", "json": "g.json"}]}"#, #"{"cases": []}"#),
        (#"{"groups": [{"name": "losses", "json": "g.json"}]}"#, #"{"cases": [{"id": "a", "op": "mse", "inputs": {}, "outputs": {}}]}"#),
        (#"{"groups": [{"name": "losses", "json": "g.json"}]}"#, #"{"cases": []}"#),
    ])
    func foldersOfNothing(index: String, group: String) throws {
        let folder = try TemporaryFolder()
        _ = try folder.write(index, to: "index.json")
        _ = try folder.write(group, to: "g.json")
        let run = try Command.run(["check", "--backend", "cpu", "--reference", folder.path, "--quiet", "--require", "losses"])
        #expect(run.code == 64 || run.code == 65, "\(run.code) \(run.error)")
    }
}

/// The command, which stands beside the tests.
enum Command {
    struct Run {
        let code: Int32
        let output: String
        let error: String

        /// The objects on stdout, one a line.
        func rows() throws -> [JSONValue] {
            try output.split(separator: "\n").map { try JSONValue(parsing: $0.utf8, path: "stdout") }
        }
    }

    static func run(_ arguments: [String]) throws -> Run {
        let process = Process()
        process.executableURL = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "martlet")
        if !FileManager.default.isExecutableFile(atPath: process.executableURL!.path) {
            process.executableURL = URL(filePath: #filePath).appending(path: "../../../.build/release/martlet").standardized
        }
        process.arguments = arguments
        // Files, because a full pipe would stop the command.
        let folder = try TemporaryFolder()
        let streams = try ["output", "error"].map { name in
            _ = try folder.write([UInt8](), to: name)
            return try FileHandle(forWritingTo: URL(filePath: folder.file(name)))
        }
        (process.standardOutput, process.standardError) = (streams[0], streams[1])
        try process.run()
        process.waitUntilExit()
        func text(_ name: String) throws -> String { String(decoding: try File.read(folder.file(name)), as: UTF8.self) }
        return Run(code: process.terminationStatus, output: try text("output"), error: try text("error"))
    }
}
