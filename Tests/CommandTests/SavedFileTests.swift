import Foundation
import MartletFormats
import Testing

/// Saved models and checkpoints: their use, and what is refused.
@Suite struct SavedFileTests {
    let place: Workplace

    init() throws {
        place = try Workplace()
        let outcome = try place.run(
            "train", "--data", "csv:flowers.csv", "--label", "kind", "--model", "mlp:6", "--batch-norm", "--batch-size", "16",
            "--epochs", "40", "--learning-rate", "0.02", "--backend", "cpu", "--json", "--save", "a model", "--checkpoint", "a run")
        #expect(outcome.status == 0, "\(outcome.err)")
    }

    @Test func tablesAreReadByTheirColumns() throws {
        let first = try place.run("evaluate", "a model", "--data", "csv:flowers.csv", "--label", "kind", "--json")
        #expect(first.status == 0)
        #expect(try first.objects()[0]["accuracy"]?.double ?? 0 > 0.5, "\(first.out)")
        let second = try place.run("evaluate", "a run", "--data", "csv:shuffled columns.csv", "--label", "kind", "--json")
        #expect(second.out == first.out)

        let rows = try place.run("predict", "a model", "--data", "csv:unlabelled.csv", "--quiet")
        #expect(rows.status == 0 && rows.err.isEmpty)
        #expect(rows.out.hasPrefix("row,class,probability\n0,rot,"), "\(rows.out.prefix(80))")
        #expect(rows.out.contains("\"hell, blau\"") && rows.out.contains("grün"))
        #expect(rows.out.split(separator: "\n").count == 61)

        let written = try place.run("predict", "a model", "--data", "csv:unlabelled.csv", "--json", "--output", "the rows.csv")
        #expect(try written.objects().count == 60)
        let file = try String(contentsOfFile: place.path("the rows.csv"), encoding: .utf8)
        #expect(file.split(separator: "\n") == rows.out.split(separator: "\n"))
    }

    @Test(arguments: [
        (["evaluate", "a model", "--data", "csv:unknown class.csv", "--label", "kind"], 65, ["line 3", "'brot'", "did you mean 'rot'"]),
        (["evaluate", "a model", "--data", "csv:no b.csv", "--label", "kind"], 65, ["unknown column 'b'"]),
        (["evaluate", "a model", "--data", "csv:unlabelled.csv", "--label", "kind"], 65, ["unknown column 'kind'"]),
        (["evaluate", "a model", "--data", "csv:header.csv", "--label", "kind"], 65, ["rows below the header"]),
        (["evaluate", "a model"], 65, ["samples of 2", "digits"]),
        (["predict", "a model"], 65, ["samples of 2"]),
        (["predict", "a model", "--data", "csv:no b.csv"], 65, ["unknown column 'b'"]),
        (["predict", "a model", "--data", "csv:empty.csv"], 65, ["empty file"]),
        (["predict", "a model", "--data", "csv:flowers.csv", "--output", "nowhere/rows.csv"], 73, ["nowhere"]),
        (["predict", "nothing", "--data", "csv:flowers.csv"], 65, ["no such file"]),
        (["predict", "a model", "--data", "csv:flowers.csv", "--backend", "cpu", "--backend", "auto"], 64, ["one backend"]),
        (["train", "--load", "a model"], 65, ["samples of 2"]),
        (["train", "--load", "a model", "--model", "mlp:5", "--batch-norm", "--data", "csv:flowers.csv", "--label", "kind", "--batch-size", "8"], 65, ["0.weight", "6x2", "5x2"]),
        (["train", "--resume", "a model"], 65, ["no checkpoint", "--load"]),
        (["train", "--resume", "a run", "--load", "a model"], 64, ["leave one of them out"]),
        (["train", "--resume", "a run", "--model", "mlp:6"], 64, ["comes with the checkpoint"]),
        (["train", "--resume", "a run", "--seed", "3"], 64, ["the seed 0"]),
        (["train", "--resume", "a run", "--batch-size", "3"], 64, ["batch size 16"]),
        (["train", "--resume", "a run", "--learning-rate", "3"], 64, ["learning rate 0.02"]),
        (["train", "--resume", "a run", "--optimizer", "adamw"], 64, ["optimizer adam"]),
        (["train", "--resume", "a run", "--decay-all"], 64, ["decay"]),
        (["train", "--resume", "a run", "--drop-last"], 64, ["last batch"]),
        (["train", "--resume", "a run", "--data", "digits"], 64, ["leave it out"]),
        (["train", "--resume", "a run", "--epochs", "39"], 64, ["epoch 40", "39"]),
        (["train", "--resume", "a run", "--epochs", "50", "--backend", "cpu", "--backend", "auto"], 64, ["one --backend"]),
    ] as [([String], Int32, [String])])
    func refusals(arguments: [String], status: Int32, parts: [String]) throws {
        expectFailure(status, saying: parts, of: try place.run(arguments + ["--json"]))
    }

    /// A table is evaluated whole, or in the parts that training divided it into; another table has no parts.
    @Test func partsOfATable() throws {
        func samples(_ part: String?) throws -> String {
            let outcome = try place.run(["evaluate", "a model", "--data", "csv:flowers.csv", "--json"] + (part.map { ["--part", $0] } ?? []))
            #expect(outcome.status == 0)
            return outcome.out
        }
        #expect(try samples(nil).contains("\"samples\":60"))
        #expect(try samples("train").contains("\"samples\":48"))
        #expect(try samples("test").contains("\"samples\":12"))
        _ = try place.folder.write("a,b,kind\n1,2,rot\n3,4,blau\n5,6,rot\n7,8,blau\n", to: "other.csv")
        expectFailure(65, saying: ["not the table"], of: try place.run(
            ["evaluate", "a model", "--data", "csv:other.csv", "--part", "test", "--json"]))
    }

    /// Whatever happens to its bytes, a file is used whole or refused.
    @Test func damagedFiles() throws {
        let size = try Data(contentsOf: URL(filePath: place.path("a run"))).count
        var changes: [(inout [UInt8]) -> Void] = [0, 1, 7, 8, 100, size / 2, size - 1].map { count in { $0 = Array($0.prefix(count)) } }
        // One bit of a weight, of the optimizer's state, and of the last number; an early end; a few bytes too many.
        changes += [size - 900, size - 300, size - 1].map { place in { $0[place] ^= 4 } }
        changes.append { $0 += [0] }
        changes.append { $0.replaceSubrange(0..<8, with: [UInt8](repeating: 255, count: 8)) }
        for (index, change) in changes.enumerated() {
            try place.copy("a run", to: "bad", change)
            for arguments in [["train", "--resume", "bad", "--epochs", "41"], ["evaluate", "bad", "--data", "csv:flowers.csv", "--label", "kind"]] {
                let outcome = try place.run(arguments)
                expectFailure(65, saying: ["'bad'"], of: outcome)
                #expect(outcome.status == 65, "change \(index)")
            }
        }
    }

    /// Descriptions that are well-formed and make no sense.
    @Test(arguments: [
        (#"\"units\":6"#, #"\"units\":4611686018427387904"#), (#"\"units\":6"#, #"\"units\":-6"#),
        (#"\"input\":[2]"#, #"\"input\":[4611686018427387904,4]"#), (#"\"input\":[2]"#, #"\"input\":[]"#),
        (#"\"input\":[2]"#, #"\"input\":[0]"#), (#"\"kind\":\"batch_norm\""#, #"\"kind\":\"batch_norm\",\"inputs\":[]"#),
        (#"\"kind\":\"batch_norm\""#, #"\"kind\":\"batch_norm\",\"inputs\":[\"0\",\"0\"]"#),
        (#"\"kind\":\"batch_norm\""#, #"\"kind\":\"batch_norm\",\"inputs\":[\"7\"]"#),
        (#"\"kind\":\"batch_norm\""#, #"\"kind\":\"batch_norm\",\"epsilon\":true"#),
        (#"\"kind\":\"batch_norm\""#, #"\"kind\":\"batch_norm\",\"eps\":1"#), (#"\"kind\":\"linear\""#, #"\"kind\":\"linaer\""#),
        (#"\"grün\",\"hell, blau\""#, #"\"rot\",\"rot\""#), (#"\"featureDivisor\":1"#, #"\"featureDivisor\":0"#),
        (#"\"epochsDone\":40"#, #"\"epochsDone\":9223372036854775807"#), (#"\"batchesDone\":0"#, #"\"batchesDone\":-1"#),
        (#"\"iterations\":120"#, #"\"iterations\":121"#), (#"\"optimizer\":\"adam\""#, #"\"optimizer\":\"adm\""#),
        (#"\"batchSize\":16"#, #"\"batchSize\":0"#), (#""martlet.loss":"cross_entropy""#, #""martlet.loss":"nothing""#),
    ])
    func senseless(text: String, replacement: String) throws {
        try place.copy("a run", to: "bad") { bytes in
            let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
            let header = String(decoding: bytes[8..<8 + length], as: UTF8.self)
            #expect(header.contains(text), "\(header)")
            let changed = Array(header.replacingOccurrences(of: text, with: replacement).utf8)
            bytes.replaceSubrange(8..<8 + length, with: changed)
            withUnsafeBytes(of: UInt64(changed.count).littleEndian) { bytes.replaceSubrange(0..<8, with: $0) }
        }
        let outcome = try place.run("train", "--resume", "bad", "--epochs", "41", "--backend", "cpu", "--json")
        #expect([64, 65].contains(outcome.status), "\(outcome.status) \(outcome.err)")
        expectFailure(outcome.status, saying: [], of: outcome)
        _ = try place.run("evaluate", "bad", "--data", "csv:flowers.csv", "--label", "kind")
    }

    @Test func regressionAndLoading() throws {
        let options = ["--data", "csv:numbers.csv", "--label", "y", "--batch-size", "12", "--backend", "cpu", "--json"]
        let outcome = try Martlet.run(["train", "--loss", "mse", "--model", "mlp:8", "--epochs", "2", "--save", "line"] + options, in: place.folder.path)
        let lines = try outcome.objects()
        #expect(lines.count == 3)
        for name in ["trainMeanAbsoluteError", "trainR2", "testMeanAbsoluteError", "testR2"] { #expect(lines[0][name]?.double != nil, "\(name)") }
        #expect(lines[0]["testAccuracy"] == nil && lines[2]["testAccuracy"] == nil)
        // A loaded model brings its loss.
        let loaded = try Martlet.run(["train", "--load", "line", "--epochs", "0"] + options, in: place.folder.path)
        #expect(try loaded.hash() == outcome.hash())
        #expect(try loaded.objects()[0]["testR2"] == lines[2]["testR2"])
        let evaluated = try place.run("evaluate", "line", "--data", "csv:numbers.csv", "--label", "y", "--json")
        #expect(try evaluated.objects()[0]["r2"]?.double != nil)
        #expect(try place.run("predict", "line", "--data", "csv:numbers.csv", "--quiet").out.hasPrefix("row,value0\n0,"))
    }
}
