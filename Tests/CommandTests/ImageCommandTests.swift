import Foundation
import MartletFormats
import Testing

/// Data of images, from the file to the predictions, as a user has them.
@Suite struct ImageCommandTests {
    let place: Workplace
    init() throws {
        place = try Workplace()
        for (value, name) in ["cat", "small dog"].enumerated() {
            for index in 0..<12 { try write("pets/\(name)/\(index).png", 6, 6, value: UInt8(40 + 150 * value + index)) }
        }
    }

    private func write(_ name: String, _ height: Int, _ width: Int, value: UInt8) throws {
        try FileManager.default.createDirectory(
            atPath: (place.path(name) as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        let pixels = (0..<height * width * 3).map { UInt8(truncatingIfNeeded: Int(value) + $0 % 7) }
        _ = try place.folder.write(PNG.encode(ByteImage(height: height, width: width, channels: 3, pixels: pixels)), to: name)
    }

    @Test func fromFolderToPredictions() throws {
        var hashes: Set<String> = []
        for backend in Martlet.backends {
            for resident in ["yes", "no"] {
                let run = try place.run(
                    "train", "--data", "images:pets", "--model", "mlp:4", "--epochs", "3", "--batch-size", "5", "--augment", "crop:1,flip",
                    "--learning-rate", "0.05", "--save", "model", "--backend", backend, "--resident", resident, "--json", "--seed", "3")
                hashes.insert(try run.hash())
            }
        }
        #expect(hashes.count == 1)
        // The parts are those of the run, by its seed, and the images those of its size.
        let evaluation = try place.run("evaluate", "model", "--data", "images:pets", "--json", "--backend", "cpu")
        #expect(try evaluation.objects()[0]["samples"]?.int == 5)
        let predictions = try place.run("predict", "model", "--data", "images:pets", "--quiet", "--backend", "cpu")
        #expect(predictions.out.split(separator: "\n").count == 6, "\(predictions.out)\(predictions.err)")
        let written = try place.run("predict", "model", "--data", "images:pets", "--output", "out.npy", "--backend", "cpu", "--resident", "no")
        #expect(written.status == 0, "\(written.err)")
        #expect(try NPY.read(place.path("out.npy")).shape == [5, 2])
        expectFailure(64, saying: ["leave --image-size"], of: try place.run("evaluate", "model", "--data", "images:pets", "--image-size", "6x6", "--json"))
        // A folder with another class.
        try write("others/bird/a.png", 6, 6, value: 3)
        expectFailure(65, saying: ["bird", "not among cat, small dog"], of: try place.run("evaluate", "model", "--data", "images:others", "--json"))
    }

    @Test func resumingKeepsTheSettings() throws {
        let common = ["--model", "mlp:4", "--batch-size", "5", "--image-size", "4x5", "--normalise", "scale", "--augment", "flip,noise:0.1"]
        func train(_ arguments: [String]) throws -> Martlet.Outcome { try place.run(["train", "--json", "--backend", "cpu"] + arguments) }
        let whole = try train(common + ["--data", "images:pets", "--epochs", "2"])
        #expect(try train(common + ["--data", "images:pets", "--epochs", "1", "--checkpoint", "run"]).status == 0)
        #expect(try train(["--resume", "run", "--epochs", "2"]).hash() == (try whole.hash()))
        expectFailure(64, saying: ["the augmentation", "flip"], of: try train(["--resume", "run", "--epochs", "3", "--augment", "flip"]))
        expectFailure(64, saying: ["the normalisation"], of: try train(["--resume", "run", "--epochs", "3", "--normalise", "channel"]))
    }

    @Test func sheetsAreWritten() throws {
        let shown = try place.run(
            "show", "--data", "images:pets", "--augment", "rotate:20,cutout:2", "--count", "7", "--output", "a sheet.png", "--json", "--backend", "cpu")
        let report = try #require(try shown.objects().first, "\(shown.err)")
        #expect(report["images"]?.int == 7 && report["columns"]?.int == 3 && report["rows"]?.int == 3)
        let sheet = try ByteImage.read(place.path("a sheet.png"))
        #expect(sheet.channels == 3 && sheet.width > 3 * 96)
        // The same bytes wherever it is drawn.
        for backend in Martlet.backends {
            _ = try place.run(
                "show", "--data", "images:pets", "--augment", "rotate:20,cutout:2", "--count", "7", "--quiet", "--backend", backend)
            #expect(try File.read(place.path("sheet.png")) == File.read(place.path("a sheet.png")), "\(backend)")
        }
    }

    /// Files that are cut short or damaged, classes without images, and layers that do not fit: one error each.
    @Test func whatCannotBeTrainedOnIsNamed() throws {
        func refuses(_ status: Int32, _ parts: [String], _ arguments: String...) throws {
            expectFailure(status, saying: parts, of: try place.run(["train", "--epochs", "1", "--backend", "cpu", "--json"] + arguments))
        }
        let record = [UInt8](repeating: 1, count: 3073)
        try FileManager.default.createDirectory(atPath: place.path("cifar"), withIntermediateDirectories: true)
        _ = try place.folder.write(record + record.dropLast(100), to: "cifar/data_batch_1.bin")
        _ = try place.folder.write(record, to: "cifar/test_batch.bin")
        try refuses(65, ["cifar/data_batch_1.bin", "6146 bytes", "6046"], "--data", "cifar10:cifar", "--model", "resnet8")
        _ = try place.folder.write(record, to: "cifar/data_batch_1.bin")
        _ = try place.folder.write(record + [1, 2], to: "cifar/test_batch.bin")
        try refuses(65, ["cifar/test_batch.bin"], "--data", "cifar10:cifar", "--model", "resnet8")

        try place.copy("pets/cat/3.png", to: "pets/cat/3.png") { $0[50] ^= 1 }
        try refuses(65, ["pets/cat/3.png", "damaged"], "--data", "images:pets")
        try place.copy("pets/cat/4.png", to: "pets/cat/3.png") { $0.removeLast(20) }
        try refuses(65, ["pets/cat/3.png"], "--data", "images:pets")
        try place.copy("pets/cat/4.png", to: "pets/cat/3.png") { _ in }
        try FileManager.default.createDirectory(atPath: place.path("pets/bird"), withIntermediateDirectories: true)
        try refuses(65, ["pets/bird", "no file ending in .png"], "--data", "images:pets")
        try FileManager.default.removeItem(atPath: place.path("pets/bird"))

        func describe(_ layer: String) throws {
            _ = try place.folder.write(
                #"{"input": [3, 6, 6], "layers": [{"kind": "conv2d", "channels": 4, "# + layer + #"}, {"kind": "linear", "units": 2}]}"#,
                to: "model.json")
        }
        try describe(#""kernelSize": 9, "padding": 1"#)
        try refuses(65, ["model.json", "layer '0' (conv2d)", "at least 9x9", "3x6x6"], "--data", "images:pets", "--model", "model.json")
        try describe(#""kernelSize": 3, "groups": 2"#)
        try refuses(65, ["model.json", "layer '0' (conv2d)", "2 groups, 3 channels in and 4 out"], "--data", "images:pets", "--model", "model.json")
        try describe(#""kernelSize": 3, "padding": "same", "groups": 1"#)
        #expect(try place.run("train", "--epochs", "1", "--backend", "cpu", "--json", "--data", "images:pets", "--model", "model.json", "--batch-size", "8").status == 0)
    }

    @Test(arguments: [
        (["train", "--data", "cifar10:nowhere"], 65, ["nowhere", "no such"]),
        (["train", "--data", "cifar10:pets"], 65, ["pets", "data_batch_1.bin"]),
        (["train", "--data", "images:nowhere"], 65, ["nowhere"]),
        (["train", "--data", "images:pets/cat"], 65, ["a folder for each class"]),
        (["train", "--data", "npy:nowhere"], 65, ["nowhere"]),
        (["train", "--data", "npy:"], 64, ["names no path"]),
        (["train", "--data", "image:pets"], 64, ["did you mean 'images'"]),
        (["train", "--data", "images:pets", "--label", "x"], 64, ["has its own labels"]),
        (["train", "--data", "images:pets", "--image-size", "6"], 64, ["HEIGHTxWIDTH"]),
        (["train", "--data", "images:pets", "--image-size", "0x6"], 64, ["HEIGHTxWIDTH"]),
        (["train", "--image-size", "6x6"], 64, ["images of its own size"]),
        (["train", "--normalise", "chanel"], 64, ["did you mean 'channel'"]),
        (["train", "--data", "csv:flowers.csv", "--label", "kind", "--normalise", "scale"], 64, ["standardised by column"]),
        (["train", "--augment", "flop"], 64, ["did you mean 'flip'", "cutout:PIXELS"]),
        (["train", "--data", "csv:flowers.csv", "--label", "kind", "--batch-size", "8", "--augment", "flip"], 64, ["only images of bytes"]),
        (["train", "--augment", "crop:8"], 64, ["larger than the crop"]),
        (["train", "--resident", "maybe"], 64, ["auto, yes or no"]),
        (["show", "--count", "0", "--output", "x.png"], 64, ["1 to 4096"]),
        (["show", "--data", "csv:flowers.csv", "--label", "kind", "--output", "x.png"], 65, ["only images of bytes"]),
        (["show", "--output", "nowhere/x.png"], 73, ["create the directory 'nowhere'"]),
        (["show", "--augment", "crop:9", "--output", "x.png"], 64, ["larger than the crop"]),
    ] as [([String], Int32, [String])])
    func whatIsWrongIsNamed(arguments: [String], status: Int32, parts: [String]) throws {
        let extra = arguments[0] == "train" ? ["--epochs", "1", "--json", "--backend", "cpu"] : ["--json", "--backend", "cpu"]
        expectFailure(status, saying: parts, of: try place.run(arguments + extra))
    }
}
