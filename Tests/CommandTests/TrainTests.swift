import Foundation
import MartletFormats
import Testing

/// Runs that end well: what they report, and that they end with the same bits.
@Suite struct TrainTests {
    let place: Workplace
    init() throws { place = try Workplace() }

    @Test func linesOfTraining() throws {
        let outcome = try place.run(
            "train", "--epochs", "2", "--model", "mlp:8", "--backend", "cpu", "--validation", "0.1", "--json", "--save", "a model")
        let lines = try outcome.objects()
        #expect(lines.count == 3)
        let fields = [
            "epoch", "iterations", "trainLoss", "trainAccuracy", "validationLoss", "validationAccuracy", "testLoss", "testAccuracy",
            "seconds", "samplesPerSecond", "learningRate",
        ]
        for line in lines.prefix(2) {
            #expect(line.members?.map(\.name) == ["backend"] + fields)
            #expect(line["backend"]?.string == "cpu")
            for field in fields { #expect(line[field]?.double != nil, "\(field)") }
        }
        for field in ["device", "weightsSHA256"] { #expect(lines[2][field]?.string != nil, "\(field)") }
        for field in ["testAccuracy", "totalSeconds"] { #expect(lines[2][field]?.double != nil, "\(field)") }
        #expect(lines[2]["testAccuracy"] == lines[1]["testAccuracy"])
        #expect(!outcome.err.contains("\r") && !outcome.err.contains("\u{1B}"), "a progress bar off a terminal")

        // Again over the same files, and with a folder of images for data.
        let again = try place.run(
            "train", "--epochs", "2", "--model", "mlp:8", "--backend", "cpu", "--validation", "0.1", "--json", "--save", "a model", "--quiet")
        #expect(try again.hash() == outcome.hash())
        #expect(again.err.isEmpty)
    }

    /// Threads, backends and two processes at a time.
    @Test(arguments: [
        ["--model", "mlp:24,16", "--batch-norm", "--dropout", "0.2"],
        ["--optimizer", "momentum", "--momentum", "0.8", "--weight-decay", "0.01", "--decay-all", "--activation", "tanh", "--model", "mlp:9"],
        ["--optimizer", "adamw", "--weight-decay", "0.1", "--drop-last", "--batch-size", "50", "--activation", "sigmoid", "--model", "mlp:17"],
        ["--optimizer", "sgd", "--batch-size", "1437", "--model", "mlp:"],
        ["--seed", "18446744073709551615", "--batch-size", "100", "--model", "mlp:3"],
    ])
    func equalBits(options: [String]) throws {
        let runs = [["--backend", "cpu", "--threads", "1"], ["--backend", "cpu", "--threads", "2"]] + Martlet.backends.map { ["--backend", $0] }
        let running = try runs.map { try Martlet.Running(["train", "--epochs", "2", "--json"] + options + $0) }
        let hashes = try running.map { try $0.finish().hash() }
        #expect(Set(hashes).count == 1, "\(zip(runs, hashes).map { "\($0) \($1)" })")
    }

    @Test(.enabled(if: Martlet.backends.count == 2, "there is no OpenCL device")) func backendsCompared() throws {
        let json = try place.run("train", "--epochs", "1", "--model", "mlp:5", "--backend", "cpu", "--backend", "opencl", "--json", "--quiet")
        #expect(json.status == 0 && json.err.isEmpty)
        #expect(try json.objects().last?["equalWeights"] == .bool(true))
        let text = try place.run("train", "--epochs", "1", "--model", "mlp:5", "--backend", "cpu", "--backend", "opencl", "--quiet")
        #expect(text.status == 0 && text.out.contains("are equal on cpu and opencl"))
        let selected = try place.run("train", "--epochs", "0", "--json", environment: ["MARTLET_BACKEND": "opencl"])
        #expect(try selected.objects().last?["backend"]?.string == "opencl")
    }

    @Test func images() throws {
        try place.writeImages(to: "plain images")
        try place.writeImages(to: "packed images", packed: true)
        func train(_ folder: String, _ more: String...) throws -> Martlet.Outcome {
            try Martlet.run(
                ["train", "--data", "idx:\(folder)", "--model", "mlp:6", "--batch-size", "7", "--epochs", "3", "--json", "--save", "images"] + more,
                in: place.folder.path)
        }
        let plain = try train("plain images")
        #expect(try train("packed images", "--backend", Martlet.backends.last!).hash() == plain.hash())
        for part in [("train", 40), ("test", 12), ("all", 52)] {
            let outcome = try place.run("evaluate", "images", "--data", "idx:packed images", "--part", part.0, "--json")
            #expect(try outcome.objects()[0]["samples"] == .integer(part.1))
        }
        #expect(try place.run("predict", "images", "--data", "idx:plain images", "--json").objects().count == 12)
        expectFailure(65, saying: ["not trained on a table"], of: try place.run("predict", "images", "--data", "csv:flowers.csv"))
    }

    /// One sample is a batch, an epoch and a test.
    @Test func oneSample() throws {
        try place.writeImages(to: "one", train: 1, test: 1)
        // Of the second of two classes.
        for part in ["train", "t10k"] { try place.copy("one/\(part)-labels-idx1-ubyte", to: "one/\(part)-labels-idx1-ubyte") { $0[8] = 1 } }
        let outcome = try place.run("train", "--data", "idx:one", "--batch-size", "1", "--epochs", "2", "--model", "mlp:3", "--json", "--backend", "cpu")
        #expect(try outcome.objects().count == 3, "\(outcome.err)")
        #expect(try outcome.objects()[1]["testAccuracy"]?.double != nil)
    }

    @Test func noEpochs() throws {
        let outcome = try place.run("train", "--epochs", "0", "--model", "mlp:4", "--json", "--backend", "cpu", "--save", "untrained", "--checkpoint", "run")
        #expect(try outcome.objects().count == 1)
        #expect(try outcome.objects()[0]["testAccuracy"]?.double != nil)
        #expect(try place.run("evaluate", "untrained").status == 0)
    }

    @Test func tablesAreDividedBySeed() throws {
        func train(_ more: String...) throws -> Martlet.Outcome {
            try Martlet.run(
                ["train", "--data", "csv:flowers.csv", "--label", "kind", "--model", "mlp:4", "--batch-size", "10", "--epochs", "1", "--backend", "cpu", "--json"] + more,
                in: place.folder.path)
        }
        let first = try train()
        #expect(first.err.contains("48 training, 12 test samples"))
        #expect(try train().hash() == first.hash())
        #expect(try train("--seed", "1").hash() != first.hash())
        let heldOut = try train("--validation", "0.25")
        #expect(heldOut.err.contains("36 training, 12 validation, 12 test samples"))
        // A validation set from elsewhere changes nothing.
        let other = try train("--validation", "csv:shuffled columns.csv")
        #expect(other.err.contains("48 training, 60 validation, 12 test samples"))
        #expect(try other.hash() == first.hash())
        expectFailure(65, saying: ["'brot'"], of: try train("--validation", "csv:unknown class.csv"))
        #expect(try train("--drop-last").objects()[0]["iterations"] == .integer(4))
        #expect(try train("--weight-decay", "0.1").hash() != train("--weight-decay", "0.1", "--decay-all").hash())
    }
}
