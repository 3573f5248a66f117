import Foundation
import MartletFormats
import TestSupport
import Testing

@Suite struct FineTuningCommandTests {
    let place: Workplace
    init() throws {
        place = try Workplace()
        let half = try place.run("train", "--keep-classes", "0,1,2,3,4", "--model", "mlp:24", "--epochs", "3", "--backend", "cpu", "--save", "half model", "--quiet")
        #expect(half.status == 0, "\(half.err)")
    }

    /// Pre-trained on half the classes, tuned to the others with a new head: the same weights on each backend.
    @Test func otherClasses() throws {
        let arguments = [
            "train", "--load", "half model", "--head", "5", "--keep-classes", "5,6,7,8,9", "--per-class", "10", "--freeze", "0.*",
            "--unfreeze", "0.*@3", "--lr-scale", "0.*=0.1", "--epochs", "4", "--batch-size", "10",
        ]
        var hashes: Set<String> = []
        for backend in Martlet.backends {
            let outcome = try place.run(arguments + ["--backend", backend, "--json", "--save", "tuned"])
            let start = try #require(try outcome.objects().last?["start"])
            #expect(start["loaded"]?.array?.compactMap { $0["name"]?.string } == ["0.weight", "0.bias"])
            #expect(start["skipped"]?.array?.compactMap { $0["name"]?.string } == ["2.weight", "2.bias"])
            #expect(start["initialised"]?.strings == ["2.weight", "2.bias"])
            hashes.insert(try outcome.hash())
        }
        #expect(hashes.count == 1)
        let told = try place.run(arguments + ["--backend", "cpu"])
        for part in ["loaded 2 tensors: 0.weight, 0.bias", "skipped (the head is new): 2.weight", "newly initialised: 2.weight, 2.bias", "freeze '0.*'"] {
            #expect(told.err.contains(part), "\(told.err)")
        }
        let evaluated = try place.run("evaluate", "tuned", "--keep-classes", "5,6,7,8,9", "--json")
        #expect(try evaluated.objects()[0]["samples"]?.int == 180)
        #expect(try place.run("predict", "tuned", "--keep-classes", "5,6,7,8,9", "--quiet").out.split(separator: "\n").count == 181)
    }

    /// A stopped run knows its classes, its few labels and what is frozen.
    @Test func aTunedRunResumes() throws {
        let arguments = [
            "train", "--load", "half model", "--head", "5", "--keep-classes", "5,6,7,8,9", "--per-class", "12", "--freeze", "0.*",
            "--unfreeze", "2", "--batch-size", "10", "--backend", "cpu", "--json",
        ]
        let whole = try place.run(arguments + ["--epochs", "3"])
        #expect(try place.run(arguments + ["--epochs", "1", "--checkpoint", "a run"]).status == 0)
        let resumed = try place.run("train", "--resume", "a run", "--epochs", "3", "--backend", "cpu", "--json")
        #expect(try resumed.hash() == whole.hash())
    }

    @Test(arguments: [
        (["--load", "half model", "--head", "0"], 64, ["at least 1"]),
        (["--load", "half model"], 65, ["model gives 5", "need 10"]),
        (["--load", "half model", "--model", "mlp:24"], 65, ["2.weight", "5x24", "10x24", "--head"]),
        (["--load", "half model", "--head", "10", "--freeze", "3.*"], 64, ["'3.*'", "0.weight, 0.bias, 2.weight, 2.bias"]),
        (["--load", "half model", "--head", "10", "--lr-scale", "features.*=0.1"], 64, ["'features.*'", "0.weight"]),
        (["--load", "half model", "--rename", "features.*=0.*"], 64, ["'features.*'", "0.weight"]),
        (["--load", "zoo:lenet"], 64, ["unknown model of the zoo 'lenet'"]),
        (["--head", "3"], 64, ["--load"]), (["--rename", "a=b"], 64, ["--load"]),
        (["--keep-classes", "0,12"], 64, ["unknown class '12'"]),
        (["--per-class", "0"], 64, ["at least one"]),
        (["--freeze", "*"], 64, ["leaves nothing to train"]),
    ] as [([String], Int32, [String])])
    func refusals(arguments: [String], status: Int32, parts: [String]) throws {
        expectFailure(status, saying: parts, of: try place.run(["train", "--epochs", "1", "--backend", "cpu", "--json"] + arguments))
    }

    @Test func tensorsWithoutAModel() throws {
        let file = try SafeTensors.read(place.path("half model"))
        try SafeTensors(file.tensors.map { ("net.\($0.name)", $0.array) }).write(to: place.path("foreign.safetensors"))
        let given = ["train", "--load", "foreign.safetensors", "--epochs", "0", "--keep-classes", "0,1,2,3,4", "--backend", "cpu", "--json"]
        expectFailure(64, saying: ["says nothing of their model", "--model"], of: try place.run(given))
        let loaded = try place.run(given + ["--model", "mlp:24", "--rename", "net.*=*"])
        let native = try place.run("train", "--load", "half model", "--epochs", "0", "--keep-classes", "0,1,2,3,4", "--backend", "cpu", "--json")
        #expect(try loaded.hash() == native.hash())
    }

    /// The commands of the zoo make its files again.
    @Test(arguments: [("digits-mlp", "digits"), ("mnist-lenet5", "mnist")])
    func theZooIsReproducible(name: String, data: String) throws {
        guard data == "digits" || Shared.has("data/mnist") else { return }
        let entry = try #require(try Martlet.run(["zoo", "--json"]).objects().first { $0["name"]?.string == name })
        let words = try #require(entry["command"]?.string).split(separator: " ").dropFirst()
        // Put in after the words are told apart: a path may have spaces.
        let command = words.map { $0.replacingOccurrences(of: "DATA", with: Shared.path("data/mnist")) }
        let outcome = try place.run(command + ["--backend", "cpu", "--json"])
        #expect(try outcome.hash() == entry["weightsSHA256"]?.string)
        #expect(try outcome.objects().last?["testAccuracy"] == entry["testAccuracy"])
        #expect(try File.read(place.path("\(name).safetensors")).count == entry["bytes"]?.int)
    }
}
