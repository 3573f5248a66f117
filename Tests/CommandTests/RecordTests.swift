import Foundation
import MartletFormats
import Testing

/// What `train` keeps of a run, and what reads it.
@Suite struct RecordTests {
    let place: Workplace
    init() throws { place = try Workplace() }

    private static let small = ["train", "--model", "mlp:12", "--epochs", "3", "--backend", "cpu", "--quiet", "--json"]

    @Test func reportAndLog() throws {
        let plain = try place.run(Self.small).hash()
        let outcome = try place.run(Self.small + ["--report", "a page.html", "--log-dir", "runs/first run", "--statistics", "5"])
        #expect(try outcome.hash() == plain)
        let page = String(decoding: try File.read(place.path("a page.html")), as: UTF8.self)
        #expect(page.contains("<svg") && page.contains(plain) && page.contains("data:image/png;base64,") && !page.contains("<script"))
        let run = try JSONValue.read(place.path("runs/first run/run.json"))
        #expect(run["version"]?.int == 1 && run["outcome"]?["weightsSHA256"]?.string == plain)
        let history = String(decoding: try File.read(place.path("runs/first run/history.jsonl")), as: UTF8.self)
        let lines = try history.split(separator: "\n").map { try JSONValue(parsing: $0.utf8, path: "history") }
        #expect(lines.count { $0["epoch"] != nil } == 3)
        // 23 steps to an epoch.
        #expect(lines.compactMap { $0["statistics"]?["iteration"]?.int } == [0, 1] + Array(stride(from: 5, through: 65, by: 5)) + [69])
        #expect(try File.names(in: place.path("runs/first run")).contains { $0.hasPrefix("events.out.tfevents.") })

        // Nobody writes over a run.
        expectFailure(65, saying: ["first run", "found one"], of: try place.run(Self.small + ["--log-dir", "runs/first run"]))
    }

    @Test func unwritableIsSaidFirst() throws {
        let arguments = Self.small.filter { $0 != "--quiet" }
        for wanted in [["--report", "nowhere/page.html"], ["--log-dir", "note.txt/run"]] {
            let outcome = try place.run(arguments + wanted)
            expectFailure(73, saying: [wanted[1].split(separator: "/").first.map(String.init)!], of: outcome)
        }
        expectFailure(64, saying: ["--statistics"], of: try place.run(Self.small + ["--statistics", "5"]))
        expectFailure(64, saying: ["--statistics", "'often'"], of: try place.run(Self.small + ["--report", "p.html", "--statistics", "often"]))
        expectFailure(64, saying: ["one --backend"], of: try place.run(Self.small + ["--report", "p.html", "--backend", "cpu"]))
    }

    @Test func compareAndDiagnose() throws {
        _ = try place.run(Self.small + ["--log-dir", "runs/good", "--epochs", "12", "--model", "mlp:64"])
        _ = try place.run(Self.small + ["--log-dir", "runs/bad", "--optimizer", "momentum", "--learning-rate", "50"])
        let compared = try place.run("compare", "runs/good", "runs/bad", "--report", "both.html", "--json", "--quiet")
        #expect(compared.status == 0, "\(compared.err)")
        #expect(try compared.objects().map { $0["run"]?.string } == ["good", "bad"])
        #expect(String(decoding: try File.read(place.path("both.html")), as: UTF8.self).contains("learning rate"))
        #expect(try place.run("compare", "runs/good", "runs/good").out.split(separator: "\n").count == 3)

        let good = try place.run("diagnose", "runs/good", "--json", "--quiet")
        #expect(good.status == 0, "\(good.out)")
        #expect(try good.objects().last?["isIll"]?.bool == false)
        let bad = try place.run("diagnose", "runs/bad", "--json", "--quiet")
        #expect(bad.status == 1)
        #expect(try bad.objects().contains { $0["rule"]?.string == "learning-rate-too-high" && $0["evidence"]?.string != nil })
        #expect(try place.run("diagnose", "runs/bad").out.contains("change:"))

        expectFailure(65, saying: ["runs/none"], of: try place.run("diagnose", "runs/none"))
        expectFailure(65, saying: ["run.json"], of: try place.run("compare", "runs"))
        expectFailure(73, saying: ["nowhere"], of: try place.run("compare", "runs/good", "--report", "nowhere/p.html"))
        _ = try place.run(["train", "--model", "mlp:2", "--epochs", "0", "--quiet", "--log-dir", "runs/none yet"])
        expectFailure(65, saying: ["none yet", "at least one epoch"], of: try place.run("diagnose", "runs/none yet"))
        try place.copy("runs/good/run.json", to: "runs/good/run.json") { bytes in
            bytes = Array(String(decoding: bytes, as: UTF8.self).replacing("\"version\":1", with: "\"version\":9").utf8)
        }
        expectFailure(65, saying: ["version 9", "reads version 1"], of: try place.run("diagnose", "runs/good"))
    }

    /// A run that was stopped and goes on has one history, without what was done after the checkpoint.
    @Test func aResumedRunHasOneHistory() throws {
        let first = ["train", "--model", "mlp:12", "--backend", "cpu", "--quiet", "--json", "--log-dir", "run", "--statistics", "10"]
        _ = try place.run(first + ["--epochs", "2", "--checkpoint", "state"])
        let resumed = try place.run(["train", "--resume", "state", "--epochs", "4", "--backend", "cpu", "--quiet", "--json", "--log-dir", "run", "--statistics", "10"])
        #expect(resumed.status == 0, "\(resumed.err)")
        #expect(try resumed.hash() == place.run(["train", "--model", "mlp:12", "--backend", "cpu", "--quiet", "--json", "--epochs", "4"]).hash())
        let compared = try place.run("compare", "run", "--json", "--quiet")
        #expect(try compared.objects().first?["epochs"]?.int == 4)
    }

    @Test(arguments: [
        "init --layers 3 --width 20 --epochs 1", "optimizers --epochs 1 --optimizers sgd,adam", "regularisation --samples 60 --epochs 2 --decays 0,0.01 --dropouts 0,0.5",
        "batch --sizes 32,64 --epochs 1",
    ])
    func studies(arguments: String) throws {
        let words = ["study"] + arguments.split(separator: " ").map(String.init)
        let outcome = try place.run(words + ["--backend", "cpu", "--report", "study.html", "--json", "--quiet"])
        #expect(outcome.status == 0 && outcome.err.isEmpty, "\(outcome.err)")
        #expect(try outcome.objects().count >= 2)
        #expect(String(decoding: try File.read(place.path("study.html")), as: UTF8.self).contains("<svg"))
        #expect(try !place.run(words + ["--backend", "cpu"]).out.isEmpty)
        expectFailure(73, saying: ["nowhere"], of: try place.run(words + ["--report", "nowhere/s.html"]))
    }

    @Test func studiesRefuse() throws {
        expectFailure(64, saying: ["adm", "adam"], of: try place.run("study", "optimizers", "--optimizers", "adm"))
        expectFailure(64, saying: ["--sizes", "'x'"], of: try place.run("study", "batch", "--sizes", "4,x"))
        expectFailure(64, saying: ["--dropouts", "'1'"], of: try place.run("study", "regularisation", "--dropouts", "1"))
        expectFailure(64, saying: ["weights", "xavier"], of: try place.run("study", "init", "--weights", "xaver"))
        expectFailure(64, saying: ["relo", "relu"], of: try place.run("study", "init", "--activation", "relo"))
    }
}
