import Foundation
import MartletCore
import MartletFormats
import Testing

/// What a user gets wrong is named, with the exit code of its kind; nothing traps.
@Suite struct BadInputTests {
    let place: Workplace
    init() throws { place = try Workplace() }

    @Test(arguments: [
        (["--data", "csv:nowhere.csv", "--label", "kind"], 65, ["nowhere.csv", "no such file"]),
        (["--data", "csv:.", "--label", "kind"], 65, ["a directory"]),
        (["--data", "csv:empty.csv", "--label", "kind"], 65, ["empty.csv", "empty file"]),
        (["--data", "csv:header.csv", "--label", "kind"], 65, ["header.csv", "rows below the header"]),
        (["--data", "csv:one row.csv", "--label", "kind"], 65, ["at least two rows"]),
        (["--data", "csv:one class.csv", "--label", "kind"], 65, ["at least two classes"]),
        (["--data", "csv:text.csv", "--label", "kind"], 65, ["line 3", "column 'a'", "'one'"]),
        (["--data", "csv:nan.csv", "--label", "kind"], 65, ["line 3", "column 'a'"]),
        (["--data", "csv:missing value.csv", "--label", "kind"], 65, ["line 3", "column 'b'", "missing"]),
        (["--data", "csv:ragged.csv", "--label", "kind"], 65, ["line 3", "expected 3 cells", "found 2"]),
        (["--data", "csv:flowers.csv", "--label", "knd"], 65, ["unknown column 'knd'", "did you mean 'kind'"]),
        (["--data", "csv:flowers.csv", "--label", "kind", "--loss", "mse"], 65, ["expected a finite number"]),
        (["--data", "csv:numbers.csv", "--label", "y"], 65, ["60 different labels", "mse"]),
        (["--data", "csv:flowers.csv"], 64, ["needs the name of the column"]),
        (["--data", "csv:"], 64, ["names no path"]),
        (["--data", "flowers.csv", "--label", "kind"], 64, ["did you mean 'csv:flowers.csv'"]),
        (["--data", "digit"], 64, ["did you mean 'digits'"]),
        (["--data", "digits", "--label", "kind"], 64, ["has its own labels"]),
        (["--data", "digits", "--loss", "mse"], 64, ["classes and no numbers"]),
        (["--data", "idx:nowhere"], 65, ["nowhere", "train-images-idx3-ubyte"]),
        (["--data", "csv:flowers.csv", "--label", "kind", "--batch-size", "64"], 64, ["batch size 64 is larger", "48 samples"]),
        (["--batch-size", "0"], 64, ["at least 1"]),
        (["--batch-size=-3"], 64, ["at least 1"]),
        (["--batch-size", "1", "--batch-norm"], 64, ["at least two samples"]),
        (["--batch-size", "4", "--batch-norm"], 64, ["drop the last batch"]),
        (["--epochs=-1"], 64, ["at least 0"]),
        (["--learning-rate", "nan"], 64, ["learning rate"]),
        (["--learning-rate=-1"], 64, ["learning rate"]),
        (["--learning-rate", "-1"], 64, ["learning rate", "-1"]),
        (["--learning-rate", "-.5e3"], 64, ["learning rate", "-500"]),
        (["--learning-rate", "-inf"], 64, ["learning rate", "-inf"]),
        (["--epochs", "-1"], 64, ["at least 0, not -1"]),
        (["--batch-size", "-3"], 64, ["at least 1, not -3"]),
        (["--clip-norm", "-1"], 64, ["-1"]),
        (["--class-weights", "-1,1,1,1,1,1,1,1,1,1"], 64, ["class-weights must be at least 0, not -1.0"]),
        (["--ignore-class", "10"], 64, ["ignore-class must be a class from 0 to 9, not 10"]),
        (["--ignore-class", "-100"], 64, ["ignore-class must be a class from 0 to 9, not -100"]),
        (["--activation", "ReLU"], 64, ["did you mean 'relu'"]),
        (["--backend", "cpu"], 64, ["--backend cpu was given twice"]),
        (["--weight-decay", "inf"], 64, ["weight decay"]),
        (["--momentum", "0.5"], 64, ["setting of the optimizer 'adam' 'momentum'", "nesterov"]),
        (["--optimizer", "momentum", "--momentum", "1"], 64, ["momentum must be"]),
        (["--dropout", "1"], 64, ["below 1"]),
        (["--dropout", "nan"], 64, ["below 1"]),
        (["--validation", "0"], 64, ["--validation"]),
        (["--validation", "1"], 64, ["--validation"]),
        (["--validation", "nan"], 64, ["--validation"]),
        (["--validation", "csv:flowers.csv"], 64, ["--label"]),
        (["--optimizer", "adm"], 64, ["did you mean 'adam'"]),
        (["--loss", "cross_entropi"], 64, ["did you mean 'cross_entropy'"]),
        (["--activation", "rleu"], 64, ["did you mean 'relu'"]),
        (["--model", "mpl:3"], 64, ["did you mean 'mlp'"]),
        (["--model", "mlp:0"], 64, ["'0'", "is no width"]),
        (["--model", "mlp:3,,4"], 64, ["is no width"]),
        (["--model", "mlp:1048576,1048576"], 64, ["fewer than 2^31 elements"]),
        (["--threads", "0"], 64, ["threads"]),
        (["--threads", "9223372036854775807"], 64, ["threads"]),
        (["--backend", "gpu"], 64, ["unknown backend 'gpu'", "did you mean 'cpu'"]),
        (["--save", "nowhere/model"], 73, ["create the directory 'nowhere'"]),
        (["--save", "."], 73, ["a directory is there"]),
        (["--save", ""], 73, ["no file name"]),
        (["--save", "/proc/x"], 73, ["'/proc' takes no new files", "write elsewhere"]),
        (["--checkpoint", "nowhere/run"], 73, ["create the directory 'nowhere'"]),
        (["--checkpoint-every", "3"], 64, ["--checkpoint FILE"]),
        (["--checkpoint", "run", "--checkpoint-every", "0"], 64, ["every 1 or more"]),
        (["--checkpoint", "same", "--save", "same"], 64, ["name two"]),
        (["--checkpoint", "run", "--backend", "auto"], 64, ["one --backend"]),
        (["--resume", "nowhere"], 65, ["no such file"]),
        (["--resume", "flowers.csv"], 65, ["another kind of file"]),
        (["--resume", "empty.csv"], 65, ["empty file"]),
        (["--load", "note.txt"], 65, ["note.txt"]),
    ] as [([String], Int32, [String])])
    func trainRefuses(arguments: [String], status: Int32, parts: [String]) throws {
        let outcome = try place.run(["train", "--backend", "cpu", "--epochs", "1", "--json"] + arguments)
        expectFailure(status, saying: parts, of: outcome)
    }

    /// A seed is no number below zero, and what stands behind `--` is a name.
    @Test func seedsAndNames() throws {
        for arguments in [["train", "--seed", "-1"], ["train", "--split-seed", "-1"], ["show", "--seed", "-1"], ["train", "--seed", "1.5"]] {
            let outcome = try place.run(arguments)
            #expect(outcome.status == 64 && outcome.err.contains("a seed is a whole number from 0 to"), "\(outcome.err)")
        }
        expectFailure(65, saying: ["'-1'", "no such file"], of: try place.run("predict", "--", "-1"))
        let missing = try place.run("train", "--learning-rate", "--quiet")
        #expect(missing.status == 64 && missing.err.contains("Missing value for '--learning-rate"), "\(missing.err)")
    }

    /// Nothing can be told apart where all training samples are of one class, whatever the source.
    @Test func oneClass() throws {
        func refuses(_ data: String, _ part: String) throws {
            let outcome = try place.run("train", "--data", data, "--epochs", "1", "--model", "mlp:4", "--batch-size", "2", "--quiet")
            expectFailure(65, saying: ["at least two classes, found those of \(part) alone"], of: outcome)
        }
        try place.writeImages(to: "images")
        try place.copy("images/train-labels-idx1-ubyte", to: "images/train-labels-idx1-ubyte") { for index in 8..<$0.count { $0[index] = 2 } }
        try refuses("idx:images", "'2'")
        for name in ["only/train/cats/a.png", "only/train/cats/b.png", "only/test/cats/c.png", "one/cats/a.png", "one/cats/b.png", "one/cats/c.png"] {
            try FileManager.default.createDirectory(
                at: URL(filePath: place.path(name)).deletingLastPathComponent(), withIntermediateDirectories: true)
            _ = try place.folder.write(PNG.encode(ByteImage(height: 4, width: 4, channels: 1, pixels: [UInt8](repeating: 9, count: 16))), to: name)
        }
        try refuses("images:only", "'cats'")
        try refuses("images:one", "'cats'")
        _ = try place.folder.write(NPY.encode(HostArray([6, 1], [1, 2, 3, 4, 5, 6] as [Float])), to: "X.npy")
        for (label, part) in [(0, "'0'"), (3, "'3'")] {
            _ = try place.folder.write(NPY.encode(HostArray([6], [Int32](repeating: Int32(label), count: 6))), to: "y.npy")
            try refuses("npy:X.npy,y.npy", part)
        }
        // A table of one row of each of two classes leaves one for training.
        _ = try place.folder.write("a,kind\n1,x\n2,y\n", to: "two rows.csv")
        #expect(try place.run("train", "--data", "csv:two rows.csv", "--label", "kind", "--batch-size", "1", "--epochs", "1", "--quiet").status == 0)
        // What is evaluated may be of one class.
        _ = try place.run("train", "--epochs", "1", "--model", "mlp:4", "--save", "model", "--quiet")
        _ = try place.folder.write(NPY.encode(HostArray([3, 64], [Float](repeating: 1, count: 192))), to: "X1.npy")
        _ = try place.folder.write(NPY.encode(HostArray([3], [9, 9, 9] as [Int32])), to: "y1.npy")
        #expect(try place.run("evaluate", "model", "--data", "npy:X1.npy,y1.npy", "--part", "all", "--quiet").status == 0)
    }

    @Test func labelsBelowZero() throws {
        _ = try place.folder.write(NPY.encode(HostArray([4, 1], [1, 2, 3, 4] as [Float])), to: "X.npy")
        _ = try place.folder.write(NPY.encode(HostArray([4], [0, 1, -1, 0] as [Int32])), to: "y.npy")
        let outcome = try place.run("train", "--data", "npy:X.npy,y.npy", "--batch-size", "1", "--quiet")
        expectFailure(65, saying: ["'y.npy'", "numbered from 0", "found -1 at position 2"], of: outcome)
    }

    @Test(arguments: [["train", "--bogus"], ["trian"], ["train", "--seed", "-1"], ["train", "--epochs", "many"], ["evaluate"], ["predict"]])
    func usageIsExplained(arguments: [String]) throws {
        let outcome = try Martlet.run(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.out.isEmpty)
        #expect(outcome.err.contains("Usage: martlet"), "\(outcome.err)")
    }

    @Test func backendsThatAreNotThere() throws {
        let hidden = ["MARTLET_OPENCL_LIBRARY": "/nowhere/libOpenCL.so"]
        let outcome = try place.run("train", "--backend", "opencl", environment: hidden)
        expectFailure(69, saying: ["/nowhere/libOpenCL.so", "--backend cpu"], of: outcome)
        expectFailure(64, saying: ["MARTLET_BACKEND", "did you mean 'opencl'"], of: try place.run("train", "--quiet", environment: ["MARTLET_BACKEND": "opncl"]))
        // Before the first of several has trained.
        let both = try place.run("train", "--backend", "cpu", "--backend", "opencl", "--epochs", "1", "--save", "never", environment: hidden)
        expectFailure(69, saying: ["--backend cpu"], of: both)
        #expect(!both.err.contains("epoch 1") && !FileManager.default.fileExists(atPath: place.path("never")))
        // Without OpenCL everything else works.
        let free = try place.run("train", "--epochs", "1", "--model", "mlp:2", "--json", environment: hidden)
        #expect(free.status == 0 && free.err.contains("device: CPU"), "\(free.err)")
        #expect(try place.run("doctor", "--json", environment: hidden).status == 1)
        #expect(try place.run("devices", "--json", environment: hidden).objects().count == 1)
    }

    @Test func imagesThatAreDamaged() throws {
        func refuses(_ file: String, _ part: String, _ change: (inout [UInt8]) -> Void) throws {
            try place.writeImages(to: "images")
            try place.copy("images/\(file)", to: "images/\(file)", change)
            expectFailure(65, saying: [file, part], of: try place.run("train", "--data", "idx:images", "--batch-size", "8", "--quiet"))
        }
        try refuses("train-images-idx3-ubyte", "cut short") { $0.removeLast(5) }
        try refuses("train-images-idx3-ubyte", "expected") { $0 += [1, 2, 3] }
        try refuses("t10k-labels-idx1-ubyte", "empty") { $0 = [] }
        try refuses("train-images-idx3-ubyte", "not supported") { $0[2] = 7 }
        // Labels where images should be.
        try refuses("train-images-idx3-ubyte", "expected") { $0 = [0, 0, 8, 1, 0, 0, 0, 1, 5] }
        // Fewer labels than images.
        try refuses("train-labels-idx1-ubyte", "40") { $0[7] = 39; $0.removeLast() }
        try place.writeImages(to: "packed", packed: true)
        try place.copy("packed/train-images-idx3-ubyte.gz", to: "packed/train-images-idx3-ubyte.gz") { $0.removeLast(9) }
        expectFailure(65, saying: ["train-images"], of: try place.run("train", "--data", "idx:packed", "--quiet"))
    }

    /// The update of the last step, which no step looks at, must not end as a result: weights that are not finite, and weights
    /// that are finite and give a test loss that is not.
    @Test(arguments: Martlet.backends) func divergenceInTheLastStep(backend: String) throws {
        let run = ["train", "--model", "mlp:4", "--batch-size", "1437", "--optimizer", "sgd", "--backend", backend, "--json"]
        let first = try place.run(run + ["--epochs", "1", "--save", "model", "--checkpoint", "run"])
        #expect(first.status == 0, "\(first.err)")
        let files = try ["model", "run"].map { try Data(contentsOf: URL(filePath: place.path($0))) }
        for (rate, part) in [("1e39", "the weight '"), ("1e38", "the loss on the test data")] {
            let outcome = try place.run(run + ["--epochs", "1", "--learning-rate", rate, "--save", "model", "--checkpoint", "run"])
            expectFailure(1, saying: ["epoch 1", "step 1", part, "not finite", "learning rate below"], of: outcome)
            #expect(try ["model", "run"].map { try Data(contentsOf: URL(filePath: place.path($0))) } == files)
        }
    }

    /// A file with weights that are no numbers is bad data, and one whose outputs are none gives no result.
    @Test func filesOfDivergedRuns() throws {
        #expect(try place.run("train", "--epochs", "1", "--model", "mlp:4", "--save", "model", "--backend", "cpu", "--quiet").status == 0)
        let file = try SafeTensors.read(place.path("model"))
        func write(_ value: Float, to name: String) throws {
            var changed = SafeTensors(file.tensors.map { name, array in
                name == "0.weight" ? (name, HostArray(array.shape, array.floats.map { _ in value })) : (name, array)
            }, metadata: file.metadata)
            changed.metadata["martlet.sha256"] = nil
            try changed.write(to: place.path(name))
        }
        try write(.nan, to: "nan")
        try write(3e38, to: "huge")
        for arguments in [["evaluate", "nan"], ["predict", "nan"], ["train", "--load", "nan", "--quiet"], ["train", "--load", "nan", "--model", "mlp:4", "--quiet"]] {
            expectFailure(65, saying: ["'nan'", "'0.weight'", "found nan at element 0"], of: try place.run(arguments))
        }
        for command in ["evaluate", "predict"] {
            expectFailure(1, saying: ["not finite"], of: try place.run(command, "huge", "--backend", "cpu"))
        }
        expectFailure(1, saying: ["the loss on the test data"], of: try place.run("train", "--load", "huge", "--epochs", "0", "--quiet"))
    }

    /// The loss leaves the numbers: epoch, step and value are named, and neither file is touched.
    @Test(arguments: Martlet.backends) func divergence(backend: String) throws {
        let first = try place.run(
            "train", "--epochs", "1", "--model", "mlp:4", "--quiet", "--backend", "cpu", "--save", "model", "--checkpoint", "run")
        #expect(first.status == 0)
        let (model, run) = (try Data(contentsOf: URL(filePath: place.path("model"))), try Data(contentsOf: URL(filePath: place.path("run"))))
        let outcome = try place.run(
            "train", "--learning-rate", "1e38", "--model", "mlp:4", "--json", "--backend", backend, "--save", "model",
            "--checkpoint", "run", "--checkpoint-every", "2")
        expectFailure(1, saying: ["epoch 1, step 2", "the loss", "1e+38"], of: outcome)
        #expect(try Data(contentsOf: URL(filePath: place.path("model"))) == model)
        #expect(try Data(contentsOf: URL(filePath: place.path("run"))) == run)
    }
}
