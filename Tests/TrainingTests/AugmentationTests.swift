import Martlet
import TestSupport
import Testing

@Suite struct AugmentationTests {
    static let everything = "crop:1,flip,rotate:15,scale:0.2,shift:0.5,brightness:0.2,contrast:0.3,noise:0.02,cutout:2"

    /// The embedded digits, normalised by channel, with every change.
    static func data() throws -> (train: DataSet, test: DataSet) {
        let splits = try DataSource.digits.load(normalisation: .channel)
        return (splits.train, splits.test)
    }

    static func options(_ text: String = everything, epochs: Int = 2) throws -> FitOptions {
        var options = Runs.options(epochs: epochs)
        options.augmentation = try Augmentation(parsing: text)
        return options
    }

    static func train(_ device: any Device, _ residency: Residency = .automatic) throws -> (hash: String, history: History) {
        let (train, test) = try data()
        let compiled = try Runs.perceptron().compile(optimizer: "adam", on: device, seed: 7)
        compiled.residency = residency
        let history = try compiled.fit(train, test: test, options: try options())
        return (try compiled.weightsSHA256(), history)
    }

    // MARK: The words

    @Test func whatIsWrittenIsRead() throws {
        let augmentation = try Augmentation(parsing: Self.everything)
        #expect(augmentation.description == Self.everything)
        #expect(try Augmentation(parsing: "cutout:8,flip,crop:4").description == "crop:4,flip,cutout:8")
        for (form, _) in Augmentation.grammar {
            let name = form.split(separator: ":")[0]
            #expect(try Augmentation(parsing: form.contains(":") ? "\(name):0.5".replacing("crop:0.5", with: "crop:1").replacing("cutout:0.5", with: "cutout:1") : form) != .none)
        }
    }

    @Test(arguments: [
        ("", "unknown change"), ("crp:4", "did you mean 'crop'"), ("crop", "crop:PIXELS"), ("crop:", "crop:PIXELS"), ("crop:0", "crop:PIXELS"),
        ("crop:-1", "crop:PIXELS"), ("crop:1.5", "crop:PIXELS"), ("crop:nan", "crop:PIXELS"), ("crop:99999999999999999999", "crop:PIXELS"),
        ("flip:1", "takes no number"), ("flip,flip", "given twice"), ("rotate:181", "up to 180"), ("scale:1", "up to 0.9"), ("noise:inf", "up to 1"),
        ("brightness:2", "up to 1"), ("flip,", "unknown change ''"), ("flip, crop:4", "unknown change ' crop'"),
    ]) func whatMeansNothingIsNamed(text: String, part: String) {
        let error = #expect(throws: TrainingError.self) { try Augmentation(parsing: text) }
        #expect(error?.description.contains(part) == true && error?.description.contains("cutout:PIXELS") == true, "\(String(describing: error))")
    }

    // MARK: The images

    /// An image is one of the moved and turned copies of what is stored, byte by byte, and all of them come up.
    @Test func cropAndFlipCopyExactly() throws {
        let images = HostArray([400, 2 + 1, 5, 4], (0..<400 * 60).map { UInt8(truncatingIfNeeded: ($0 % 60) * 4 + 13) })
        let data = try DataSet(
            name: "images", features: images, featureDivisor: 255,
            targets: .classes(labels: HostArray([400], [Int32](repeating: 0, count: 400)), names: ["a"]))
        func copy(_ dx: Int, _ dy: Int, _ flips: Bool) -> [UInt8] {
            var pixels: [UInt8] = []
            for y in 0..<5 {
                for x in 0..<4 {
                    let (px, py) = ((flips ? 3 - x : x) + dx, y + dy)
                    for channel in 0..<3 {
                        let inside = (0..<4).contains(px) && (0..<5).contains(py)
                        pixels.append(inside ? images.integers.map(UInt8.init)[(channel * 5 + py) * 4 + px] : 0)
                    }
                }
            }
            return pixels
        }
        var copies: [[UInt8]: Int] = [:]
        for dx in -1...1 { for dy in -1...1 { for flips in [false, true] { copies[copy(dx, dy, flips)] = 0 } } }
        #expect(copies.count == 18)
        for device in TestDevices.all {
            var found = copies
            for (image, _) in try data.preview(count: 400, augmentation: try Augmentation(parsing: "crop:1,flip"), seed: 1, on: device) {
                let count = try #require(found[image.pixels], "\(device.name)")
                found[image.pixels] = count + 1
            }
            // 400 draws of 18: 22 each, give or take.
            #expect(found.values.allSatisfy { (5...50).contains($0) }, "\(found.values)")
        }
    }

    @Test func nothingChangesWhatIsNotAskedFor() throws {
        let data = Runs.digits.train
        for (index, (image, label)) in try data.preview(count: 1437, augmentation: .none, seed: 1, on: TestDevices.cpu[0]).enumerated() {
            #expect(label == data.labels[index])
            #expect(image.pixels == data.features.rows([index]).integers.map { UInt8((Float($0) / 16 * 255).rounded()) })
        }
    }

    // MARK: Whole runs

    @Test func wholeRunsAreEqualOnEveryDevice() throws {
        let expected = try Self.train(TestDevices.cpu[0])
        for device in TestDevices.all.dropFirst() { #expect(try Self.train(device).hash == expected.hash, "\(device.name)") }
    }

    /// Batches of 100 and a last one of 37, through the staging buffers.
    @Test func streamingChangesNothing() throws {
        let expected = try Self.train(TestDevices.cpu[1])
        for device in TestDevices.all {
            let streamed = try Self.train(device, .streamed)
            #expect(streamed.hash == expected.hash, "\(device.name)")
            #expect(streamed.history.epochs.map(\.train) == expected.history.epochs.map(\.train))
            #expect(streamed.history.epochs.map(\.test) == expected.history.epochs.map(\.test))
        }
        // Predictions, of more samples than go through at once.
        let (train, _) = try Self.data()
        for device in TestDevices.each {
            let compiled = try Runs.perceptron().compile(optimizer: "adam", on: device, seed: 7)
            let resident = try compiled.predict(train)
            compiled.residency = .streamed
            #expect(try compiled.predict(train) == resident, "\(device.name)")
        }
    }

    @Test func evaluationSeesTheImagesAsTheyAre() throws {
        let (train, test) = try Self.data()
        let compiled = try Runs.perceptron().compile(optimizer: "adam", on: TestDevices.cpu[1], seed: 7)
        let history = try compiled.fit(train, test: test, options: try Self.options())
        #expect(history.epochs.last?.test == (try compiled.evaluate(test)))
        #expect(try compiled.evaluate(train) == (try compiled.evaluate(train)))
        #expect(try Self.train(TestDevices.cpu[1]).hash != (try Runs.hash(Runs.perceptron(), on: TestDevices.cpu[1])))
    }

    @Test(arguments: [1, 14, 15, 22]) func resumingChangesNothing(steps: Int) throws {
        let folder = try TemporaryFolder()
        let (train, test) = try Self.data()
        let expected = try Self.train(TestDevices.cpu[1])
        for (first, second) in zip(TestDevices.each, TestDevices.each.reversed()) {
            var options = try Self.options()
            options.checkpoint = folder.file("check point")
            let stopped = try Runs.perceptron().compile(optimizer: "adam", on: first, seed: 7)
            #expect(throws: TrainingError.self) { try stopped.fit(train, test: test, options: options, callbacks: [StopAfter(steps)]) }
            let resumed = try Runs.perceptron().compile(optimizer: "adam", on: second, seed: 7)
            resumed.residency = .streamed
            let checkpoint = try Checkpoint.read(folder.file("check point"))
            let point = try resumed.restore(checkpoint, options: options, data: train)
            _ = try resumed.fit(train, test: test, options: options, from: point)
            #expect(try resumed.weightsSHA256() == expected.hash, "\(first.name), then \(second.name)")

            // Other changes, or other normalisation, are another run.
            func refuses(_ options: FitOptions, _ data: DataSet, _ part: String) {
                let error = #expect(throws: TrainingError.self) { try resumed.restore(checkpoint, options: options, data: data) }
                #expect(error?.description.contains(part) == true, "\(String(describing: error))")
            }
            refuses(options, Runs.digits.train, "the normalisation")
            options.augmentation = .none
            refuses(options, train, "the augmentation")
        }
    }

    @Test func otherDataAreRefused() throws {
        let numbers = try DataSet(
            name: "numbers", features: HostArray([4, 2], [Float](repeating: 1, count: 8)),
            targets: .classes(labels: HostArray([4], [0, 1, 0, 1] as [Int32]), names: ["a", "b"]))
        let compiled = try Model.perceptron(input: [2], widths: [], outputs: 2).compile(optimizer: "adam", on: TestDevices.cpu[0])
        var options = try Self.options("flip", epochs: 1)
        options.batchSize = 2
        var error = #expect(throws: TrainingError.self) { try compiled.fit(numbers, options: options) }
        #expect(error?.description.contains("only images of bytes can be augmented") == true)
        // A crop as large as the image would leave nothing of some.
        let digits = try Runs.perceptron().compile(optimizer: "adam", on: TestDevices.cpu[0])
        error = #expect(throws: TrainingError.self) { try digits.fit(Runs.digits.train, options: try Self.options("crop:8")) }
        #expect(error?.description.contains("larger than the crop") == true, "\(String(describing: error))")
    }

    /// What the bytes were normalised by travels with the model.
    @Test func savedModelsNormaliseAlike() throws {
        let folder = try TemporaryFolder()
        let (train, test) = try Self.data()
        let compiled = try Runs.perceptron().compile(optimizer: "adam", on: TestDevices.cpu[1], seed: 7)
        _ = try compiled.fit(train, options: Runs.options(epochs: 1))
        try compiled.save(to: folder.file("model"), data: DataDescription(train))
        let saved = try ModelFile.read(folder.file("model"))
        #expect(saved.data?.channels == train.channels && saved.data?.imageShape == [1, 8, 8])
        let again = try #require(saved.data).dataSet(.digits) { $0.test }
        #expect(again == test)
        let other = try saved.model.compile(optimizer: "sgd", on: TestDevices.cpu[1])
        try other.setWeights(saved.weights)
        #expect(try other.predict(again) == (try compiled.predict(test)))
    }
}
