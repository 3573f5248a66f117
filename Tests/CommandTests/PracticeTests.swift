import Foundation
import MartletFormats
import Testing

/// Schedules, weights that are kept, gradcheck and lr-find as a user runs them.
@Suite struct PracticeTests {
    let place: Workplace
    init() throws { place = try Workplace() }

    private static let usual = ["--model", "mlp:8", "--backend", "cpu", "--json"]

    @Test func schedulesOnTheCommandLine() throws {
        func rates(_ schedule: String...) throws -> [Double] {
            let outcome = try Martlet.run(
                ["train", "--epochs", "4", "--learning-rate", "0.01"] + schedule.flatMap { ["--schedule", $0] } + Self.usual)
            return try outcome.objects().compactMap { $0["learningRate"]?.double }
        }
        #expect(try rates() == [0.01, 0.01, 0.01, 0.01])
        #expect(try rates("step:step_size=2epochs,gamma=0.5") == [0.01, 0.01, 0.005, 0.005])
        let joined = try rates("linear_warmup:1epoch", "cosine")
        #expect(try joined == rates("linear_warmup:1epoch then cosine") && joined[1] > joined[2] && joined[2] > joined[3])
        let cycle = try Martlet.run(["train", "--epochs", "2", "--optimizer", "momentum", "--schedule", "one_cycle"] + Self.usual)
        #expect(try cycle.objects()[0]["momentum"]?.double != nil)
        expectFailure(64, saying: ["did you mean 'cosine'?"], of: try place.run("train", "--schedule", "cosin"))
        expectFailure(64, saying: ["looks at validation data"], of: try place.run("train", "--schedule", "reduce_on_plateau", "--backend", "cpu", "--model", "mlp:8"))
    }

    /// Everything at a time, killed and resumed.
    @Test(arguments: zip(Martlet.backends, Martlet.backends.reversed())) func killedAndResumed(first: String, second: String) throws {
        let options = [
            "--model", "mlp:16", "--batch-norm", "--dropout", "0.1", "--batch-size", "32", "--epochs", "6", "--validation", "0.2", "--json", "--optimizer",
            "momentum", "--schedule", "one_cycle:max_lr=0.1", "--accumulate", "2", "--l1", "1e-5", "--l2", "1e-4", "--ema", "0.9", "--keep-best",
            "--monitor", "accuracy", "--early-stopping", "3", "--sampling", "balanced", "--class-weights", "balanced",
        ]
        let expected = try Martlet.run(["train", "--backend", "cpu"] + options)
        let run = try Martlet.Running(["train", "--backend", first, "--checkpoint", "run", "--checkpoint-every", "1"] + options, in: place.folder.path)
        while run.process.isRunning {
            guard FileManager.default.fileExists(atPath: place.path("run")),
                let text = try SafeTensors.read(place.path("run")).metadata["martlet.training"],
                let iterations = try JSONValue(parsing: text.utf8, path: "checkpoint")["point"]?["iterations"]?.int, iterations > 47
            else {
                usleep(500)
                continue
            }
            break
        }
        run.signal(SIGKILL)
        _ = run.finish(expecting: SIGKILL)
        let resumed = try place.run("train", "--resume", "run", "--backend", second, "--json")
        #expect(try resumed.hash() == expected.hash())
        let (a, b) = (try expected.objects().last!, try resumed.objects().last!)
        for field in ["keptWeights", "keptEpoch", "stoppedEarly", "validationAccuracy", "testLoss"] { #expect(a[field] != nil && a[field] == b[field], "\(field)") }
        #expect(try expected.objects()[0]["trainPenalty"]?.double != nil)
        expectFailure(64, saying: ["averaging"], of: try place.run("train", "--resume", "run", "--ema", "0.5", "--backend", "cpu"))
    }

    @Test func gradcheck() throws {
        let outcome = try place.run(
            "gradcheck", "--model", "mlp:8,8", "--batch-norm", "--l2", "1e-3", "--elements", "3", "--warm-up", "5", "--json", "--backend", Martlet.backends.last!)
        #expect(outcome.status == 0, "\(outcome.err)")
        let rows = try outcome.objects()
        #expect(Set(rows.dropLast().compactMap { $0["term"]?.string }) == ["data", "l2", "all"])
        #expect(rows.last?["passes"] == .bool(true))
        #expect(rows.dropLast().allSatisfy { ($0["worstError"]?.double ?? 1) <= 1e-3 })
        let text = try place.run("gradcheck", "--model", "mlp:4", "--elements", "2", "--warm-up", "0", "--backend", "cpu")
        #expect(text.status == 0 && text.out.contains("the gradients are right"), "\(text.out)\(text.err)")
        expectFailure(64, saying: ["writes no file"], of: try place.run("gradcheck", "--save", "model"))
        expectFailure(64, saying: ["at least two samples"], of: try place.run("gradcheck", "--model", "mlp:4", "--batch-norm", "--samples", "1", "--backend", "cpu"))
    }

    @Test func learningRateIsFound() throws {
        let arguments = ["lr-find", "--model", "mlp:16", "--backend", "cpu", "--steps", "60"]
        let json = try Martlet.run(arguments + ["--json"]).objects()
        #expect(json.count > 20 && json.dropLast().allSatisfy { $0["rate"]?.double != nil && $0["loss"]?.double != nil })
        let suggestion = try #require(json.last?["suggestion"]?.double)
        #expect(1e-5 < suggestion && suggestion < 1)
        let text = try Martlet.run(arguments)
        #expect(text.status == 0 && text.out.contains("●") && text.out.contains("suggestion: --learning-rate"), "\(text.out)")
        expectFailure(64, saying: ["at least 10 steps"], of: try place.run("lr-find", "--steps", "1", "--backend", "cpu", "--model", "mlp:4"))
    }

    /// The page needs nothing but itself: every step, the suggestion where the curve falls fastest, and why.
    @Test func theCurveOfLearningRatesIsAPage() throws {
        let outcome = try place.run(
            "lr-find", "--model", "mlp:16", "--backend", "cpu", "--steps", "60", "--json", "--report", "the curve.html")
        #expect(outcome.status == 0, "\(outcome.err)")
        let lines = try outcome.objects()
        let page = String(decoding: try File.read(place.path("the curve.html")), as: UTF8.self)
        let reason = try #require(lines.last?["reason"]?.string)
        for part in ["<svg", "learning rate", "lr-find --model mlp:16", String(reason.dropFirst()), "prefers-color-scheme: dark", "stroke-dasharray"] {
            #expect(page.contains(part), "\(part)")
        }
        for part in ["<script", "src=\"http", "nan", "inf\""] { #expect(!page.contains(part), "\(part)") }
        // A mark for the loss of every step that was a number.
        let losses = lines.dropLast().count { $0["loss"]?.double != nil }
        #expect(page.split(separator: "<circle").count - 1 >= losses)
        #expect(page.contains(">suggestion:"))
    }

    @Test func aPageOfLearningRatesWithoutSuggestion() throws {
        // Rates too small to learn anything.
        let outcome = try place.run(
            "lr-find", "--model", "mlp:4", "--backend", "cpu", "--from", "1e-12", "--to", "1e-10", "--steps", "12", "--report", "flat.html")
        #expect(outcome.status == 0 && outcome.out.contains("no suggestion"), "\(outcome.out)\(outcome.err)")
        let page = String(decoding: try File.read(place.path("flat.html")), as: UTF8.self)
        #expect(page.contains("No suggestion") && page.contains("<svg"))
    }

    /// Said before the run, not after it.
    @Test func aPageThatCannotBeWritten() throws {
        let outcome = try place.run(["lr-find", "--backend", "cpu", "--report", "no such folder/curve.html"])
        expectFailure(73, saying: ["no such folder"], of: outcome)
        #expect(outcome.out.isEmpty)
    }

    @Test func badOptions() throws {
        for (arguments, parts) in [
            (["--ema", "0.9", "--swa", "2"], ["leave one of them out"]), (["--monitor", "loss"], ["needs --early-stopping"]),
            (["--min-delta", "1"], ["needs --early-stopping"]), (["--keep-best"], ["looks at validation data"]),
            (["--keep-best", "--monitor", "los", "--validation", "0.1"], ["did you mean 'loss'?"]), (["--accumulate", "0"], ["not of 0"]),
            (["--l1=-1"], ["at least 0"]), (["--sampling", "1,2"], ["10 classes"]), (["--sampling", "1,x"], ["is no number"]),
        ] {
            expectFailure(64, saying: parts, of: try place.run(["train", "--backend", "cpu", "--model", "mlp:4"] + arguments))
        }
    }
}
