import Foundation
import MartletCore
import MartletFormats
import Testing

/// Runs that are stopped, by the user or by force, and go on to the bits of one that never stopped.
@Suite struct StopTests {
    let place: Workplace
    init() throws { place = try Workplace() }

    private static let options = [
        "--model", "mlp:16", "--batch-norm", "--dropout", "0.1", "--batch-size", "32", "--epochs", "3", "--validation", "0.1", "--json",
    ]
    /// 1293 samples in batches of 32.
    private static let batches = 41
    private static let expected = Result { try Martlet.run(["train", "--backend", "cpu"] + options).hash() }

    /// Starts a run that writes a checkpoint after every step, or goes on with one.
    private func start(on backend: String, _ options: [String] = options) throws -> Martlet.Running {
        let arguments = FileManager.default.fileExists(atPath: place.path("a run"))
            ? ["--resume", "a run", "--json"] : options + ["--checkpoint", "a run"]
        return try Martlet.Running(["train", "--backend", backend, "--checkpoint-every", "1"] + arguments, in: place.folder.path)
    }

    /// The iterations of the checkpoint; the file is whole whenever it is looked at.
    private func iterations() throws -> Int {
        guard FileManager.default.fileExists(atPath: place.path("a run")) else { return 0 }
        let text = try #require(try SafeTensors.read(place.path("a run")).metadata["martlet.training"])
        return try #require(try JSONValue(parsing: text.utf8, path: "checkpoint")["point"]?["iterations"]?.int)
    }

    /// Watches until the checkpoint has come to a step or the run has ended.
    private func wait(for step: Int, of run: Martlet.Running) throws {
        while try iterations() < step, run.process.isRunning { usleep(500) }
    }

    @Test(arguments: zip(Martlet.backends, Martlet.backends.reversed()))
    func killedAtRandomSteps(first: String, second: String) throws {
        let stops = (0..<2).map { _ in Int.random(in: 1..<3 * Self.batches) }.sorted()
        for (stop, backend) in zip(stops, [first, second]) {
            let run = try start(on: backend)
            try wait(for: stop, of: run)
            run.signal(SIGKILL)
            _ = run.finish(expecting: SIGKILL)
        }
        let last = try start(on: first).finish()
        #expect(try last.hash() == Self.expected.get(), "killed at \(stops)")
    }

    /// Convolutional networks with augmentation and dropout, killed on one backend and resumed on the other.
    @Test(arguments: ["lenet5", "resnet8"]) func killedAndResumedOnImages(model: String) throws {
        let images = HostArray([100, 3, 12, 12], (0..<100 * 432).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) })
        _ = try place.folder.write(NPY.encode(images), to: "X.npy")
        _ = try place.folder.write(NPY.encode(HostArray([100], (0..<100).map { Int32($0 * 7 % 10) })), to: "y.npy")
        // 80 images in batches of 18: four and a remainder.
        let options = [
            "--data", "npy:X.npy,y.npy", "--model", model, "--dropout", "0.3", "--augment", "crop:2,flip,cutout:3", "--optimizer", "momentum",
            "--batch-size", "18", "--epochs", "3", "--json",
        ]
        let backends = [Martlet.backends.first!, Martlet.backends.last!]
        for (stop, backend) in zip([4, 9], backends) {
            let run = try start(on: backend, options)
            try wait(for: stop, of: run)
            run.signal(SIGKILL)
            _ = run.finish(expecting: SIGKILL)
        }
        let whole = try place.run(["train", "--backend", "cpu"] + options)
        for backend in backends { #expect(try place.run(["train", "--backend", backend] + options).hash() == whole.hash()) }
        #expect(try start(on: backends[0]).finish().hash() == whole.hash())
    }

    /// The kill may fall before the first checkpoint, into the writing of one, or after the end.
    @Test func killedAtRandomTimes() throws {
        var delays: [UInt32] = []
        for _ in 0..<12 {
            delays.append(.random(in: 0..<60_000))
            let run = try start(on: "cpu")
            usleep(delays.last!)
            run.signal(SIGKILL)
            _ = run.finish(expecting: SIGKILL)
            _ = try iterations()
        }
        #expect(try start(on: "cpu").finish().hash() == Self.expected.get(), "killed after \(delays) µs")
    }

    @Test(arguments: Martlet.backends) func interrupted(backend: String) throws {
        // So many epochs that the signal comes before the end; how many are compared is decided afterwards.
        let run = try Martlet.Running(
            ["train", "--backend", backend, "--checkpoint", "a run"] + Self.options + ["--epochs", "1000000", "--checkpoint-every", "7"],
            in: place.folder.path)
        try wait(for: 7, of: run)
        run.signal(SIGINT)
        let outcome = run.finish()
        #expect(outcome.status == 130, "\(outcome.err)")
        #expect(outcome.err.contains("error: interrupted in epoch") && outcome.err.contains("--resume 'a run'"), "\(outcome.err)")
        let epochs = ["--epochs", "\(try iterations() / Self.batches + 1)"]
        let resumed = try place.run(["train", "--resume", "a run", "--backend", Martlet.backends.last!, "--json"] + epochs)
        #expect(try resumed.hash() == Martlet.run(["train", "--backend", "cpu"] + Self.options + epochs).hash())
    }

    @Test func interruptedWithoutCheckpoint() throws {
        let run = try Martlet.Running(["train", "--epochs", "1000000", "--model", "mlp:8", "--json", "--backend", "cpu", "--save", "model"], in: place.folder.path)
        while !run.out.contains("\n"), run.process.isRunning { usleep(2000) }
        run.signal(SIGINT)
        let outcome = run.finish()
        #expect(outcome.status == 130)
        #expect(outcome.err.contains("nothing was saved") && outcome.err.contains("--checkpoint"), "\(outcome.err)")
        _ = try outcome.objects()
        #expect(!FileManager.default.fileExists(atPath: place.path("model")))
    }

    /// More epochs than were asked for at first, on a run that was done.
    @Test func goingOn() throws {
        let arguments = ["--model", "mlp:8", "--json", "--backend", "cpu"]
        let whole = try Martlet.run(["train", "--epochs", "4"] + arguments)
        _ = try Martlet.run(["train", "--epochs", "2", "--checkpoint", "run"] + arguments, in: place.folder.path)
        let done = try place.run("train", "--resume", "run", "--json")
        #expect(try done.objects().count == 1)
        let more = try place.run("train", "--resume", "run", "--epochs", "4", "--json")
        #expect(try more.hash() == whole.hash())
        #expect(try more.objects()[0]["epoch"] == .integer(3))
        #expect(try more.objects().dropLast().map { $0["trainLoss"] } == whole.objects()[2..<4].map { $0["trainLoss"] })
    }
}
