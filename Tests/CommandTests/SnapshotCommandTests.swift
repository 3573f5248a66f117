import Foundation
import MartletFormats
import TestSupport
import Testing

@Suite struct SnapshotCommandTests {
    let place: Workplace
    init() throws { place = try Workplace() }

    private static let options = [
        "--snapshots", "3", "--cycles", "4", "--epochs", "8", "--model", "mlp:16", "--batch-norm", "--dropout", "0.1", "--batch-size", "32",
        "--learning-rate", "0.01", "--json",
    ]

    /// The same members through any backend; the file goes wherever a model's goes.
    @Test func trainedSavedAndUsed() throws {
        var hashes: Set<String> = []
        for backend in Martlet.backends {
            let outcome = try place.run(["ensemble"] + Self.options + ["--backend", backend, "--save", "three snapshots"])
            let lines = try outcome.objects()
            #expect(lines.count == 4 && outcome.status == 0, "\(outcome.err)")
            #expect(lines.prefix(3).map { $0["member"]?.string } == ["epoch 4", "epoch 6", "epoch 8"])
            let (together, last) = (lines[3], try #require(lines[2]["testAccuracy"]?.double))
            #expect(try abs(#require(together["gainOverLast"]?.double) - (#require(together["testAccuracy"]?.double) - last)) < 1e-12)
            let evaluated = try place.run("evaluate", "three snapshots", "--backend", backend, "--json").objects()[0]
            #expect(evaluated["accuracy"] == together["testAccuracy"] && evaluated["loss"] == together["testLoss"])
            hashes.insert(try outcome.hash())
        }
        #expect(hashes.count == 1)
        #expect(try place.run("predict", "three snapshots", "--quiet").out.split(separator: "\n").count == 361)
        // Another model of these samples goes with them.
        #expect(try place.run("ensemble", "join", "three snapshots", "zoo:digits-mlp", "--json").objects().last?["members"]?.int == 4)

        // The last one is what 'train' comes to with the schedule.
        let alone = try place.run(
            ["train", "--schedule", "cosine_restarts:2epochs"] + Self.options.dropFirst(4) + ["--backend", "cpu"])
        let joined = try place.run("ensemble", "join", "three snapshots", "--json").objects()
        #expect(try alone.hash() == joined[2]["weightsSHA256"]?.string)
        #expect(try #require(joined.last?["weightsSHA256"]?.string) == hashes.first)
        let told = try place.run(["ensemble"] + Self.options.dropLast() + ["--backend", "cpu"])
        for part in ["epoch 8", "ensemble of 3", "over the last", "weights' SHA-256 \(hashes.first!)"] { #expect(told.out.contains(part), "\(told.out)") }
        for part in ["snapshots of one run", "schedule cosine_restarts:t0=2epochs", "epoch 8/8"] { #expect(told.err.contains(part), "\(told.err)") }
    }

    /// Killed at any moments, on one backend and then on the other, it ends with the members of a run that never was.
    @Test func killedAndResumed() throws {
        let whole = try place.run(["ensemble"] + Self.options + ["--backend", "cpu"])
        var delays: [UInt32] = []
        for kill in 0..<8 {
            delays.append(.random(in: 20_000..<150_000))
            let run = try start(on: kill % 2 == 0 ? Martlet.backends.first! : Martlet.backends.last!)
            usleep(delays.last!)
            run.signal(SIGKILL)
            _ = run.finish(expecting: SIGKILL)
        }
        #expect(try start(on: "cpu").finish().hash() == whole.hash(), "killed after \(delays) µs")
        // Once more, with nothing left to do.
        #expect(try start(on: "cpu").finish().hash() == whole.hash())
        expectFailure(64, saying: ["snapshots", "martlet ensemble train --resume"], of: try place.run("train", "--resume", "a run", "--backend", "cpu"))
        expectFailure(64, saying: ["--cycles"], of: try place.run("ensemble", "--resume", "a run", "--cycles", "4", "--backend", "cpu"))
        expectFailure(64, saying: ["snapshots 3, and now it is 2"], of: try place.run("ensemble", "--resume", "a run", "--snapshots", "2", "--backend", "cpu"))

        // Twelve epochs are six cycles of the same length, and the last three of them count.
        let more = try place.run("ensemble", "--resume", "a run", "--epochs", "12", "--backend", "cpu", "--json").objects()
        #expect(more.prefix(3).map { $0["member"]?.string } == ["epoch 8", "epoch 10", "epoch 12"])
    }

    private func start(on backend: String) throws -> Martlet.Running {
        let arguments = FileManager.default.fileExists(atPath: place.path("a run"))
            ? ["--resume", "a run", "--json"] : Self.options + ["--checkpoint", "a run"]
        return try Martlet.Running(["ensemble", "train", "--backend", backend, "--checkpoint-every", "3"] + arguments, in: place.folder.path)
    }

    @Test(arguments: [
        (["--snapshots", "0"], ["--snapshots", "not 0"]),
        (["--snapshots", "3", "--cycles", "0"], ["--cycles", "not 0"]),
        (["--snapshots", "3", "--epochs", "10"], ["--epochs 10", "3 equal cycles", "9 or 12"]),
        (["--snapshots", "3", "--epochs", "2"], ["--epochs 2", "take 3"]),
        (["--snapshots", "3", "--epochs", "0"], ["--epochs 0", "take 3"]),
        (["--snapshots", "4", "--cycles", "2"], ["4 snapshots", "has 2"]),
        (["--snapshots", "2", "--schedule", "cosine"], ["'cosine' has no cycles", "cosine_restarts or cyclic"]),
        (["--snapshots", "2", "--schedule", "cosine_restarts:3epochs"], ["10 epochs", "ends with epoch 9"]),
        (["--snapshots", "2", "--schedule", "cosine_restarts:5epochs", "--cycles", "2"], ["--cycles", "--schedule"]),
        (["--snapshots", "2", "--members", "3"], ["--members"]),
        (["--snapshots", "2", "--keep-best", "--validation", "0.1"], ["the best weights"]),
        (["--snapshots", "2", "--ema", "0.9"], ["averaging"]),
        (["--cycles", "2"], ["--cycles needs --snapshots"]),
        (["--snapshots", "two"], ["two"]),
    ] as [([String], [String])])
    func refusals(arguments: [String], parts: [String]) throws {
        let outcome = try place.run(["ensemble", "--backend", "cpu", "--model", "mlp:8"] + arguments)
        #expect(outcome.status == 64 && outcome.out.isEmpty, "\(outcome.err)")
        for part in parts { #expect(outcome.err.contains(part), "\(outcome.err)") }
    }

    /// A schedule with cycles of its own decides when; one snapshot is a run that knows its end.
    @Test func otherCycles() throws {
        let arguments = ["ensemble", "--model", "mlp:8", "--backend", "cpu", "--json", "--epochs"]
        let growing = try place.run(arguments + ["7", "--snapshots", "2", "--schedule", "cosine_restarts:t0=1epoch,t_mult=2"])
        #expect(try growing.objects().compactMap { $0["member"]?.string } == ["epoch 3", "epoch 7"], "\(growing.err)")
        let triangles = try place.run(arguments + ["8", "--snapshots", "2", "--schedule", "cyclic:step_size_up=1epoch"])
        #expect(try triangles.objects().compactMap { $0["member"]?.string } == ["epoch 6", "epoch 8"], "\(triangles.err)")
        let one = try place.run(arguments + ["4", "--snapshots", "1"])
        #expect(try one.objects().last?["gain"]?.double == 0)
        let annealed = try place.run("train", "--model", "mlp:8", "--backend", "cpu", "--json", "--epochs", "4", "--schedule", "cosine")
        #expect(try one.objects()[0]["weightsSHA256"]?.string == annealed.hash())
    }
}
