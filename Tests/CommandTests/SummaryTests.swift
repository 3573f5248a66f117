import Foundation
import MartletFormats
import Testing

/// martlet summary, named models and descriptions in files.
@Suite struct SummaryTests {
    let place: Workplace
    init() throws { place = try Workplace() }

    @Test func layersAndMemory() throws {
        let text = try place.run("summary", "--model", "resnet20", "--input", "3x32x32", "--batch-size", "128")
        #expect(text.status == 0 && text.err.isEmpty)
        for part in ["9.shortcut.1", "16x32x32", "269722", "held for backward"] { #expect(text.out.contains(part), "\(text.out)") }

        let rows = try place.run("summary", "--model", "cnn", "--input", "1x28x28", "--json", "--batch-size", "4", "--batch-size", "8").objects()
        #expect(rows.count == 11 + 2 + 1)
        #expect(rows[0]["output"]?.ints == [32, 26, 26] && rows[0]["parameters"]?.int == 320)
        #expect(rows.last?["parameters"]?.int == 1_199_882)
        let (small, large) = (rows[11], rows[12])
        #expect(small["batchSize"]?.int == 4 && small["parameterBytes"] == large["parameterBytes"])
        #expect(small["workspaceBytes"]?.int ?? 0 < large["workspaceBytes"]?.int ?? 0)
    }

    /// A description that is printed and read again is the same model: the same bits come out.
    @Test(arguments: ["resnet8", "cnn", "mlp:7"]) func descriptionsAreModels(name: String) throws {
        let printed = try place.run("summary", "--model", name, "--input", "1x8x8", "--description")
        #expect(printed.status == 0)
        let layers = try JSONValue(parsing: printed.out.utf8, path: "the description")["layers"]?.array ?? []
        #expect(!layers.isEmpty && layers.allSatisfy { $0["name"] != nil && $0["kind"] != nil }, "\(printed.out)")
        try Data(printed.out.utf8).write(to: URL(filePath: place.path("a model.json")))
        let run = ["train", "--epochs", "1", "--batch-size", "359", "--backend", "cpu", "--json", "--quiet", "--model"]
        let named = try place.run(run + [name])
        let described = try place.run(run + ["a model.json", "--save", "saved"])
        #expect(try named.hash() == described.hash())
        let saved = try place.run("summary", "saved", "--description")
        #expect(saved.out == printed.out)
        #expect(try place.run("evaluate", "saved", "--backend", "cpu", "--quiet").status == 0)
    }

    @Test(arguments: [
        (["--model", "bad.json"], 65, ["bad.json", "layer '0' (conv2d)", "unknown field 'kernel'", "kernelSize"]),
        (["--model", "shape.json"], 65, ["shape.json", "layer '0' (conv2d)", "3x3", "1x2x2"]),
        (["--model", "text.json"], 65, ["text.json", "line 2"]),
        (["--model", "function.json"], 65, ["function.json", "layer '0' (activation)", "found 'ReLU' (did you mean 'relu'?)"]),
        (["--model", "momentum.json"], 65, ["momentum.json", "layer '0' (batch_norm)", "'momentum' takes a number from 0 to 1", "found -1.0"]),
        (["--model", "name.json"], 65, ["name.json", "layer 0 is called 'input'", "give it another"]),
        (["--model", "nowhere.json"], 65, ["nowhere.json", "no such file"]),
        (["--model", "small.json"], 65, ["samples of 1x2x2", "1x8x8"]),
        (["--model", "small.json", "--dropout", "0.5"], 64, ["--dropout", "small.json"]),
        (["--model", "resnet8", "--activation", "gelu"], 64, ["--activation does not go with --model resnet8"]),
        (["--model", "cnn", "--batch-norm"], 64, ["--batch-norm does not go"]),
        (["--model", "cnn:3"], 64, ["takes nothing after its name"]),
        (["--model", "resnet9"], 64, ["unknown model 'resnet9'", "did you mean 'resnet8'"]),
        (["--model", "lenet5"], 64, ["layer '3' (conv2d)", "5x5", "6x4x4"]),
        (["--model", "resnet8", "--data", "csv:flowers.csv", "--label", "kind", "--batch-size", "8"], 64, ["layer '0' (conv2d)", "channels x height x width", "found 2"]),
    ] as [([String], Int32, [String])])
    func mistakesAreExplained(arguments: [String], status: Int32, parts: [String]) throws {
        func write(_ text: String, to name: String) throws { try Data(text.utf8).write(to: URL(filePath: place.path(name))) }
        try write(#"{"input": [1, 8, 8], "layers": [{"kind": "conv2d", "channels": 4, "kernel": 3}]}"#, to: "bad.json")
        try write(#"{"input": [1, 2, 2], "layers": [{"kind": "conv2d", "channels": 4, "kernelSize": 3}]}"#, to: "shape.json")
        try write(#"{"input": [64], "layers": [{"kind": "activation", "function": "ReLU"}]}"#, to: "function.json")
        try write(#"{"input": [64], "layers": [{"kind": "batch_norm", "momentum": -1}]}"#, to: "momentum.json")
        try write(#"{"input": [64], "layers": [{"kind": "linear", "units": 10, "name": "input"}]}"#, to: "name.json")
        try write("{\"input\": [4],\n\"layers\": [}", to: "text.json")
        try write(#"{"input": [1, 2, 2], "layers": [{"kind": "linear", "units": 10}]}"#, to: "small.json")
        let outcome = try place.run(["train", "--backend", "cpu", "--epochs", "1", "--json"] + arguments)
        expectFailure(status, saying: parts, of: outcome)
    }

    @Test(arguments: [
        (["--input", "3x32"], ["channels x height x width"]), (["--input", "3xx2"], ["--input takes a shape"]),
        (["--input", "0"], ["--input takes a shape"]), (["--input", "3x32x32", "--data", "digits"], ["leave one of them out"]),
        (["--classes", "3"], ["--classes needs --input"]), (["--input", "64", "--classes", "0"], ["--classes must be"]),
        (["--batch-size", "0"], ["batch size must be"]),
    ])
    func whatSummaryRefuses(arguments: [String], parts: [String]) throws {
        expectFailure(64, saying: parts, of: try place.run(["summary", "--model", "cnn"] + arguments))
    }

    /// A description says what it reads and gives, so that nothing beside it would be looked at.
    @Test(arguments: [["--input", "3x32x32"], ["--classes", "3"], ["--data", "csv:nowhere.csv"]])
    func nothingBesideADescription(arguments: [String]) throws {
        try Data(#"{"input": [64], "layers": [{"kind": "linear", "units": 10}]}"#.utf8).write(to: URL(filePath: place.path("d.json")))
        #expect(try place.run("summary", "--model", "d.json").status == 0)
        expectFailure(64, saying: ["'d.json' says itself", arguments[0]], of: try place.run(["summary", "--model", "d.json"] + arguments))
    }
}
