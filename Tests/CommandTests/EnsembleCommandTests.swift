import MartletFormats
import TestSupport
import Testing

@Suite struct EnsembleCommandTests {
    let place: Workplace
    init() throws { place = try Workplace() }

    @Test func trainedBySeedSavedAndUsed() throws {
        let outcome = try place.run(
            "ensemble", "train", "--members", "3", "--model", "mlp:16", "--epochs", "3", "--seed", "4", "--save", "three of them", "--backend", "cpu", "--json")
        let lines = try outcome.objects()
        #expect(lines.count == 4 && outcome.status == 0, "\(outcome.err)")
        let together = lines[3]
        let mean = lines.prefix(3).compactMap { $0["testAccuracy"]?.double }.reduce(0, +) / 3
        #expect(abs(try #require(together["meanMemberAccuracy"]?.double) - mean) < 1e-12)
        #expect(try abs(#require(together["gain"]?.double) - (#require(together["testAccuracy"]?.double) - mean)) < 1e-12)

        // A member is what train gives for its seed.
        let alone = try place.run("train", "--model", "mlp:16", "--epochs", "3", "--seed", "5", "--save", "five", "--backend", "cpu", "--json")
        #expect(try alone.objects().last?["testLoss"] == lines[1]["testLoss"])

        for backend in Martlet.backends {
            let evaluated = try place.run("evaluate", "three of them", "--backend", backend, "--json").objects()[0]
            #expect(evaluated["accuracy"] == together["testAccuracy"] && evaluated["loss"] == together["testLoss"])
        }
        let rows = try place.run("predict", "three of them", "--quiet").out.split(separator: "\n")
        #expect(rows.count == 361 && rows[0] == "row,class,probability")
        // One member of it can be gone on with, by its names.
        let second = try place.run("train", "--load", "three of them", "--rename", "1.*=*", "--model", "mlp:16", "--epochs", "0", "--backend", "cpu", "--json")
        #expect(try second.hash() == alone.hash())

        let joined = try place.run("ensemble", "join", "three of them", "five", "--save", "four", "--json")
        #expect(try joined.objects().count == 5)
        #expect(try place.run("evaluate", "four", "--json").objects()[0]["loss"] == joined.objects()[4]["testLoss"])
        let table = try place.run("ensemble", "join", "three of them")
        for word in ["mean member", "ensemble of 3", "gains"] { #expect(table.out.contains(word), "\(table.out)") }
    }

    @Test(arguments: [
        (["train", "--members", "0"], 64, ["--members", "0"]),
        (["train", "--checkpoint", "a"], 64, ["--checkpoint"]),
        (["join", "nowhere"], 65, ["nowhere"]),
        (["join", "zoo:digits-mlp", "zoo:mnist-lenet5"], 65, ["samples", "1x8x8", "1x28x28"]),
    ] as [([String], Int32, [String])])
    func refusals(arguments: [String], status: Int32, parts: [String]) throws {
        expectFailure(status, saying: parts, of: try place.run(["ensemble"] + arguments + ["--backend", "cpu"]))
    }
}
