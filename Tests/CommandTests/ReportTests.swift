import Foundation
import MartletFormats
import Testing

/// What commands print, and where.
@Suite struct ReportTests {
    let place: Workplace
    init() throws { place = try Workplace() }

    @Test(arguments: [
        ["plan"], ["plan", "--explain"], ["plan", "--explain", "--data", "csv:flowers.csv", "--label", "kind", "--batch-size", "8"], ["devices"],
        ["evaluate", "model"], ["predict", "model"], ["--version"],
    ])
    func results(arguments: [String]) throws {
        _ = try place.run("train", "--epochs", "0", "--model", "mlp:2", "--quiet", "--save", "model")
        let outcome = try place.run(arguments)
        #expect(outcome.status == 0, "\(outcome.err)")
        #expect(!outcome.out.isEmpty && !outcome.out.contains("\u{1B}"))
        guard arguments != ["--version"] else { return }
        let json = try place.run(arguments + ["--json", "--quiet"])
        #expect(try !json.objects().isEmpty)
    }

    @Test func doctor() throws {
        let outcome = try place.run("doctor", "--json")
        #expect(outcome.status == (Martlet.backends.count == 2 ? 0 : 1))
        #expect(try outcome.objects().count == 1)
        #expect(try !place.run("doctor").out.isEmpty)
    }

    @Test func plansAreRefused() throws {
        expectFailure(64, saying: ["unknown pass", "fuseEpilogues"], of: try place.run("plan", "--without", "fuseEpilogue"))
        expectFailure(64, saying: ["1437"], of: try place.run("plan", "--batch-size", "1438"))
        expectFailure(64, saying: ["--largest-buffer"], of: try place.run("plan", "--largest-buffer", "1"))
        expectFailure(65, saying: ["nowhere"], of: try place.run("plan", "--data", "csv:nowhere", "--label", "a"))
        #expect(try place.run("plan", "--without", "fuseEpilogues", "--without", "reuseOperandMemory", "--json").objects().count > 10)
    }

    @Test(arguments: [
        ([], ["train", "evaluate", "predict", "plan", "devices", "doctor", "--version"]),
        (
            ["train"],
            [
                "--data", "--label", "--model", "--activation", "--batch-norm", "--dropout", "--loss", "--optimizer", "--learning-rate",
                "--weight-decay", "--decay-all", "--momentum", "--epochs", "--batch-size", "--drop-last", "--seed", "--validation",
                "--save", "--load", "--rename", "--head", "--freeze", "--unfreeze", "--lr-scale", "--keep-classes", "--per-class",
                "--checkpoint", "--checkpoint-every", "--resume", "--backend", "--threads", "--json", "--quiet",
            ]
        ),
        (["evaluate"], ["<file>", "--data", "--label", "--part", "--backend", "--threads", "--json", "--quiet"]),
        (["predict"], ["<file>", "--data", "--output", "--backend", "--threads", "--json", "--quiet"]),
        (["plan"], ["--explain", "--without", "--largest-buffer", "--data", "--model", "--json"]),
        (["devices"], ["--json", "--quiet"]), (["doctor"], ["--json", "--quiet"]),
    ])
    func help(command: [String], words: [String]) throws {
        for arguments in [command + ["--help"], ["help"] + command] {
            let outcome = try Martlet.run(arguments)
            #expect(outcome.status == 0 && outcome.err.isEmpty)
            for word in words { #expect(outcome.out.contains(word), "\(word)") }
        }
    }

    /// `| head -1` ends a command quietly.
    @Test(arguments: ["train --epochs 300 --model mlp:2 --json", "predict model --json", "plan --json"])
    func readersMayLeave(arguments: String) throws {
        _ = try place.run("train", "--epochs", "0", "--model", "mlp:2", "--quiet", "--save", "model")
        let pipe = Pipe()
        let run = try Martlet.Running(arguments.split(separator: " ").map(String.init) + ["--quiet"], in: place.folder.path, out: pipe.fileHandleForWriting)
        try pipe.fileHandleForWriting.close()
        _ = try pipe.fileHandleForReading.read(upToCount: 1)
        try pipe.fileHandleForReading.close()
        let outcome = run.finish(expecting: SIGPIPE)
        #expect(outcome.err.isEmpty, "\(outcome.err)")
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "there is no /dev/full"), arguments: [
        "train --epochs 1 --model mlp:2", "predict model", "evaluate model", "plan --explain", "devices",
    ])
    func resultsThatAreLost(arguments: String) throws {
        _ = try place.run("train", "--epochs", "0", "--model", "mlp:2", "--quiet", "--save", "model")
        let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
        let outcome = try Martlet.Running(arguments.split(separator: " ").map(String.init) + ["--quiet"], in: place.folder.path, out: full).finish()
        expectFailure(73, saying: ["stdout"], of: outcome)
    }

    @Test func barsAndColoursAreForTerminals() throws {
        let train = ["train", "--epochs", "1", "--model", "mlp:2", "--json", "--backend", "cpu"]
        #expect(try shown(train).err.contains("█"))
        #expect(try shown(train + ["--quiet"]).err.isEmpty)
        #expect(try shown(["devices"]).out.contains("\u{1B}[1m"))
        #expect(try !shown(["devices"], environment: ["NO_COLOR": "1"]).out.contains("\u{1B}"))
    }

    /// What a command shows on a terminal.
    private func shown(_ arguments: [String], environment: [String: String] = [:]) throws -> (out: String, err: String) {
        let (out, err) = (try Terminal(), try Terminal())
        let outcome = try Martlet.Running(arguments, environment: environment, out: out.device, err: err.device).finish()
        #expect(outcome.status == 0)
        return (out.text, err.text)
    }
}

/// A pseudo-terminal.
private final class Terminal {
    let device: FileHandle
    private let controller: Int32

    init() throws {
        var (controller, device): (Int32, Int32) = (-1, -1)
        try #require(openpty(&controller, &device, nil, nil, nil) == 0)
        self.controller = controller
        self.device = FileHandle(fileDescriptor: device, closeOnDealloc: true)
        // The device stays open here, so that a read would wait for more.
        _ = fcntl(controller, F_SETFL, O_NONBLOCK)
    }
    deinit { close(controller) }

    /// What was written so far.
    var text: String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = read(controller, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }
}
