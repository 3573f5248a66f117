import Foundation
import MartletFormats
import TestSupport
import Testing

@Suite struct SearchCommandTests {
    let place: Workplace
    init() throws {
        place = try Workplace()
        _ = try place.folder.write(#"{"learning-rate": {"log-uniform": [1e-4, 0.1]}, "weight-decay": {"log-uniform": [1e-6, 0.1]}, "seed": {"integers": [0, 9]}}"#, to: "numbers.json")
        _ = try place.folder.write(#"{"learning-rate": {"log-uniform": [1e-4, 0.1]}, "width": {"choice": [8, 12]}, "optimizer": {"choice": ["adam", "momentum"]}, "momentum": {"uniform": [0.5, 0.95], "when": {"optimizer": "momentum"}}}"#, to: "the space.json")
    }

    private func search(_ space: String, _ options: String..., backend: String = "cpu") throws -> Martlet.Outcome {
        try place.run(["search", space, "--json", "--quiet", "--backend", backend, "--epochs", "2"] + options)
    }

    /// Trials that differ in numbers alone share their plans; every width and optimizer has its own.
    @Test func plansAreReused() throws {
        func plans(_ space: String, _ trials: Int, _ model: String) throws -> Int {
            let journal = "journal \(trials) of \(space)"
            let outcome = try search(space, "--method", "random", "--trials", "\(trials)", "--model", model, "--journal", journal)
            #expect(outcome.status == 0, "\(outcome.err)")
            let lines = try outcome.objects()
            #expect(lines.count == trials + 1)
            return try #require(lines.last?["plansMade"]?.int)
        }
        let one = try plans("numbers.json", 1, "mlp:8")
        #expect(one > 0)
        #expect(try plans("numbers.json", 9, "mlp:8") == one)
        #expect(try plans("the space.json", 20, "mlp:{width}") == 4 * one)
    }

    /// The same seed makes the same trials, to the byte of the journal, whatever computes them.
    @Test(arguments: ["bayes", "random", "coarse", "halving"])
    func journalsAreEqualOnEachBackend(method: String) throws {
        var journals: Set<[UInt8]> = []
        for backend in Martlet.backends {
            let outcome = try search("the space.json", "--method", method, "--trials", "12", "--model", "mlp:{width}", "--journal", backend, backend: backend)
            #expect(outcome.status == 0, "\(outcome.err)")
            journals.insert(try File.read(place.path(backend)))
        }
        #expect(journals.count == 1)
    }

    /// Killed twenty times at any moment, a search ends with the journal of one that never was.
    @Test func killedTwentyTimes() throws {
        let arguments = ["search", "the space.json", "--quiet", "--backend", "cpu", "--epochs", "2", "--trials", "60", "--model", "mlp:{width}", "--method", "random"]
        let started = Date()
        #expect(try place.run(arguments + ["--journal", "whole"]).status == 0)
        let duration = Date().timeIntervalSince(started)
        let whole = try File.read(place.path("whole"))
        // A search that comes to its end is compared, and another is begun, until twenty kills have met one on its way.
        var kills = 0, searches = 0
        while kills < 20 || searches == 0 {
            let running = try Martlet.Running(arguments + ["--journal", "killed"], in: place.folder.path)
            if kills < 20 {
                Thread.sleep(forTimeInterval: .random(in: 0...max(0.05, duration / 4)))
                running.signal(SIGKILL)
            }
            _ = running.finish(expecting: SIGKILL)
            let journal = (try? File.read(place.path("killed"))) ?? []
            if journal.count < whole.count {
                kills += 1
            } else {
                #expect(journal == whole)
                searches += 1
                try FileManager.default.removeItem(atPath: place.path("killed"))
            }
        }
    }

    /// What is printed is what was done: the command gives the trial's validation loss, and --refit the weights of the command
    /// without validation data.
    @Test func theWinnerCanBeTrained() throws {
        let outcome = try search("numbers.json", "--trials", "8", "--model", "mlp:12", "--refit", "--save", "winner")
        let lines = try outcome.objects()
        let summary = lines[lines.count - 2], refit = lines[lines.count - 1]
        let command = try #require(summary["command"]?.string)
        let words = command.split(separator: " ").dropFirst().map(String.init)
        let trained = try place.run(words + ["--backend", "cpu", "--json"]).objects()
        #expect(trained[1]["validationLoss"] == summary["best"]?["validationLoss"])
        let whole = try place.run(words.filter { !$0.hasPrefix("--validation") } + ["--backend", "cpu", "--json"])
        #expect(try whole.hash() == refit["weightsSHA256"]?.string)
        #expect(refit["refit"]?.int == 1437)
        #expect(try place.run("evaluate", "winner", "--json").objects()[0]["accuracy"] == refit["testAccuracy"])
    }

    /// The page needs nothing but itself, and shows every trial and every parameter.
    @Test func thePage() throws {
        let outcome = try search("the space.json", "--trials", "9", "--model", "mlp:{width}", "--page", "the page.html")
        #expect(outcome.status == 0, "\(outcome.err)")
        let page = String(decoding: try File.read(place.path("the page.html")), as: UTF8.self)
        for part in ["<svg", "learning-rate", "momentum", "The best so far", "What mattered", "prefers-color-scheme: dark", "martlet train", "trial 8:"] {
            #expect(page.contains(part), "\(part)")
        }
        for part in ["<script", "src=\"http", "nan", "inf\""] { #expect(!page.contains(part), "\(part)") }
    }

    /// A trial that diverges is a line, and the search goes on; so is one that cannot be.
    @Test func trialsThatGoWrong() throws {
        _ = try place.folder.write(#"{"learning-rate": {"choice": [1e-3, 1e38]}, "batch-size": {"choice": [32, 5000]}}"#, to: "wild.json")
        let lines = try search("wild.json", "--trials", "12", "--method", "random", "--optimizer", "sgd", "--model", "mlp:8").objects()
        let statuses = lines.dropLast().compactMap { $0["status"]?.string }
        #expect(Set(statuses) == ["done", "diverged", "failed"] && statuses.count == 12)
        #expect(lines.dropLast().allSatisfy { ($0["status"]?.string == "done") == ($0["reason"] == nil) })
        #expect(lines.last?["best"]?["parameters"]?["learning-rate"]?.double == 1e-3)
    }

    @Test(arguments: [
        (["nowhere.json"], 65, ["nowhere.json"]),
        (["empty.csv"], 65, ["empty.csv"]),
        (["numbers.json", "--method", "grid"], 64, ["unknown method 'grid'", "bayes"]),
        (["numbers.json", "--trials", "0"], 64, ["--trials"]),
        (["numbers.json", "--objective", "speed"], 64, ["--objective"]),
        (["numbers.json", "--save", "x"], 64, ["--refit"]),
        (["numbers.json", "--resume", "x"], 64, ["--resume"]),
        (["numbers.json", "--epochs", "none"], 64, ["--epochs"]),
        (["numbers.json", "--learning-speed", "3"], 64, ["--learning-speed"]),
        (["the space.json"], 65, ["'the space.json'", "--width", "{name}"]),
        (["text.json"], 65, ["'text.json'", "--batch-size", "is invalid"]),
        (["reserved.json"], 65, ["'reserved.json'", "'epochs' cannot be searched"]),
        (["numbers.json", "--learning-rate", "3"], 64, ["--learning-rate is given", "space"]),
        (["numbers.json", "--weight-decay=3"], 64, ["--weight-decay is given"]),
        (["contradiction.json"], 65, ["contradiction.json", "parameter 'dropout'", "the least comes first"]),
        (["numbers.json", "--journal", "nowhere/journal"], 73, ["nowhere"]),
    ] as [([String], Int32, [String])])
    func refusals(arguments: [String], status: Int32, parts: [String]) throws {
        _ = try place.folder.write(#"{"epochs": {"integers": [1, 9]}}"#, to: "reserved.json")
        _ = try place.folder.write(#"{"batch-size": {"choice": ["many", "more"]}}"#, to: "text.json")
        _ = try place.folder.write(#"{"dropout": {"uniform": [0.5, 0]}}"#, to: "contradiction.json")
        expectFailure(status, saying: parts, of: try place.run(["search"] + arguments + ["--backend", "cpu"]))
    }

    @Test func anotherSearchIsNoContinuation() throws {
        #expect(try search("numbers.json", "--trials", "2", "--method", "random").status == 0)
        expectFailure(65, saying: ["seed 0, and now it is 1"], of: try search("numbers.json", "--trials", "2", "--method", "random", "--seed", "1"))
        // More trials of the same search are.
        #expect(try search("numbers.json", "--trials", "4", "--method", "random").objects().count == 5)
    }
}
