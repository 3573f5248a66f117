import Foundation
import MartletCore
import MartletData
import MartletFormats
import TestSupport
import Testing

@Suite struct CIFARTests {
    let folder = try! TemporaryFolder()

    private func batch(_ labels: [UInt8]) -> [UInt8] {
        labels.enumerated().flatMap { [$1] + (0..<3072).map { place in UInt8(truncatingIfNeeded: place / 1024 * 50) } }
    }

    @Test func batchesAreReadInOrder() throws {
        _ = try folder.write(batch([3, 9]), to: "data_batch_1.bin")
        _ = try folder.write(batch([0]), to: "data_batch_10.bin")
        _ = try folder.write(batch([5]), to: "data_batch_2.bin")
        _ = try folder.write(batch([1]), to: "test_batch.bin")
        let (train, test) = try DataSet.loadCIFAR10(folder.path)
        #expect(train.features.shape == [4, 3, 32, 32] && test.features.shape == [1, 3, 32, 32])
        #expect(train.labels == [3, 9, 5, 0] && train.classNames[3] == "cat")
        _ = try folder.write((0..<10).map { "class \($0)" }.joined(separator: "\n") + "\n\n", to: "batches.meta.txt")
        #expect(try DataSet.loadCIFAR10(folder.path).train.classNames[9] == "class9")
        _ = try folder.write("a\nb\n", to: "batches.meta.txt")
        expectError(naming: "batches.meta.txt", "10 classes, found 2") { _ = try DataSet.loadCIFAR10(folder.path) }
    }

    @Test func wrongSizesAreNamed() throws {
        expectError(naming: "nowhere", "no such file") { _ = try DataSet.loadCIFAR10("nowhere") }
        expectError(naming: folder.path, "data_batch_1.bin") { _ = try DataSet.loadCIFAR10(folder.path) }
        _ = try folder.write(batch([1, 2]), to: "data_batch_1.bin")
        expectError(naming: folder.path, "test_batch.bin") { _ = try DataSet.loadCIFAR10(folder.path) }
        _ = try folder.write(batch([1, 2]).dropLast(), to: "test_batch.bin")
        expectError(naming: "test_batch.bin", "6146 bytes", "6145") { _ = try DataSet.loadCIFAR10(folder.path) }
        _ = try folder.write("", to: "test_batch.bin")
        expectError(naming: "test_batch.bin", "empty") { _ = try DataSet.loadCIFAR10(folder.path) }
        _ = try folder.write(batch([1, 10]), to: "test_batch.bin")
        expectError(naming: "test_batch.bin", "found 10 at position 1") { _ = try DataSet.loadCIFAR10(folder.path) }
    }

    @Test(.enabled(if: Shared.has("data/cifar10"), "needs ../shared or MARTLET_SHARED"))
    func theRealBatches() throws {
        let splits = try DataSource.parse("cifar10:\(Shared.path("data/cifar10"))").load()
        #expect(splits.train.count == 10_000 && splits.test.count == 2_000)
        #expect(splits.train.classCounts == Array(repeating: 1000, count: 10))
        let channels = try #require(splits.train.channels)
        #expect(splits.test.channels == channels)
        // The mean again, by other means.
        let bytes = splits.train.features.floats
        let red = (0..<10_000).reduce(0.0) { sum, image in bytes[image * 3072 ..< image * 3072 + 1024].reduce(sum) { $0 + Double($1) } }
        #expect(abs(channels.means[0] - red / 10_240_000) < 1e-9)
    }
}

@Suite struct ImageFolderTests {
    let folder = try! TemporaryFolder()

    private func write(_ name: String, _ height: Int = 4, _ width: Int = 4, channels: Int = 1, value: UInt8 = 7) throws {
        let parent = (folder.file(name) as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        let pixels = [UInt8](repeating: value, count: height * width * channels)
        _ = try folder.write(PNG.encode(ByteImage(height: height, width: width, channels: channels, pixels: pixels)), to: name)
    }
    private func writeParts() throws {
        for part in ["train", "test"] {
            for (value, name) in ["big cat", "dog"].enumerated() {
                for image in 0..<3 { try write("\(part)/\(name)/image \(image).png", value: UInt8(10 * value + image)) }
            }
        }
    }

    @Test func partsAreRead() throws {
        try writeParts()
        // Passed over: hidden files and folders, other kinds of files; not passed over: folders below a class.
        _ = try folder.write("x", to: "train/dog/.hidden.png")
        _ = try folder.write("x", to: "train/dog/notes.txt")
        try write("train/.cache/a.png")
        try write("train/dog/more/deep.PNG", value: 99)
        let (train, test) = try DataSet.loadImages(folder.path)
        #expect(train.features.shape == [7, 1, 4, 4] && test.features.shape == [6, 1, 4, 4])
        #expect(train.classNames == ["big cat", "dog"] && train.labels == [0, 0, 0, 1, 1, 1, 1])
        #expect(train.features.rows([6]).integers.allSatisfy { $0 == 99 })
    }

    @Test func aFolderIsDividedByTheSeed() throws {
        for image in 0..<10 { try write("a/\(image).png", value: UInt8(image)); try write("b/\(image).png", value: UInt8(100 + image)) }
        let (train, test) = try DataSet.loadImages(folder.path, seed: 3)
        #expect(train.classCounts == [8, 8] && test.classCounts == [2, 2])
        #expect(try DataSet.loadImages(folder.path, seed: 3).test == test)
        #expect(try DataSet.loadImages(folder.path, seed: 4).test != test)
    }

    @Test func greysBecomeColoursWhereOneImageHasColours() throws {
        try writeParts()
        try write("test/dog/z.png", channels: 3)
        let (train, test) = try DataSet.loadImages(folder.path)
        #expect(train.featureShape == [3, 4, 4] && test.featureShape == [3, 4, 4])
        var request = ImageRequest()
        request.channels = 1
        expectError(naming: "z.png", "grey") { _ = try DataSet.loadImages(folder.path, request: request) }
    }

    @Test func sizesMustAgreeOrAreMadeTo() throws {
        try writeParts()
        try write("train/dog/wide.png", 4, 6)
        expectError(naming: "wide.png", "4x4", "4x6", "--image-size") { _ = try DataSet.loadImages(folder.path) }
        var request = ImageRequest()
        request.size = (3, 5)
        #expect(try DataSet.loadImages(folder.path, request: request).test.featureShape == [1, 3, 5])
    }

    @Test func whatIsMissingIsNamed() throws {
        expectError(naming: folder.path, "a folder for each class") { _ = try DataSet.loadImages(folder.path) }
        expectError(naming: "nowhere", "no such file") { _ = try DataSet.loadImages("nowhere") }
        try write("train/dog/a.png")
        expectError(naming: folder.path, "beside 'train'", "test") { _ = try DataSet.loadImages(folder.path) }
        try write("test/cat/a.png")
        expectError(naming: "cat", "not among dog") { _ = try DataSet.loadImages(folder.path) }
        try FileManager.default.createDirectory(atPath: folder.file("train/cat"), withIntermediateDirectories: true)
        expectError(naming: "train/cat", "no file ending in .png") { _ = try DataSet.loadImages(folder.path) }
        _ = try folder.write([1, 2, 3] as [UInt8], to: "train/cat/broken.png")
        expectError(naming: "broken.png", "other bytes") { _ = try DataSet.loadImages(folder.path) }
        _ = try folder.write("x", to: "file")
        expectError(naming: "file", "found a file") { _ = try DataSet.loadImages(folder.file("file")) }
    }
}

@Suite struct NPYSetTests {
    let folder = try! TemporaryFolder()

    private func write(_ array: HostArray, to name: String) throws { _ = try folder.write(NPY.encode(array), to: name) }

    @Test func pairsAndFoldersAreRead() throws {
        let images = HostArray([10, 1, 2, 2], (0..<40).map { UInt8($0) })
        try write(images, to: "X.npy")
        try write(HostArray([10], (0..<10).map { Int32($0 % 2) }), to: "y.npy")
        let (train, test) = try DataSet.loadNPY(folder.path)
        #expect(train.count == 8 && test.count == 2 && train.featureDivisor == 255 && train.isImages)
        #expect(try DataSet.loadNPY("\(folder.path)/X.npy,\(folder.path)/y.npy").train == train)
        try write(images, to: "X_train.npy")
        try write(HostArray([10, 1], (0..<10).map { Int32($0 % 3) }), to: "y_train.npy")
        expectError(naming: folder.path, "X_test.npy") { _ = try DataSet.loadNPY(folder.path) }
        try write(images, to: "X_test.npy")
        try write(HostArray([10], (0..<10).map { Int32($0 % 2) }), to: "y_test.npy")
        #expect(try DataSet.loadNPY(folder.path).train.classNames == ["0", "1", "2"])
        try write(HostArray([10], [Int32](repeating: 3, count: 10)), to: "y_test.npy")
        expectError(naming: "y_test.npy", "labels from 0 to 2", "found 3") { _ = try DataSet.loadNPY(folder.path) }
    }

    @Test func numbersArePredicted() throws {
        try write(HostArray([4], [1, 2, 3, 4] as [Float]), to: "X.npy")
        try write(HostArray([4, 2], (0..<8).map { Float($0) }), to: "y.npy")
        let train = try DataSet.loadNPY(folder.path, task: .regression).train
        #expect(train.featureShape == [1] && train.targets == .values(HostArray([3, 2], train.values), names: ["y0", "y1"]))
        expectError(naming: "y.npy", "one integer a sample", "mse") { _ = try DataSet.loadNPY(folder.path) }
    }

    @Test func whatDoesNotFitIsNamed() throws {
        expectError(naming: folder.path, "X.npy") { _ = try DataSet.loadNPY(folder.path) }
        try write(HostArray([3, 2], [1, 2, 3, 4, .nan, 6] as [Float]), to: "X.npy")
        try write(HostArray([2], [0, 1] as [Int32]), to: "y.npy")
        expectError(naming: "y.npy", "3, as there are samples") { _ = try DataSet.loadNPY(folder.path) }
        try write(HostArray([3], [0, 1, 1] as [Int32]), to: "y.npy")
        expectError(naming: "X.npy", "nan in sample 2") { _ = try DataSet.loadNPY(folder.path) }
        try write(HostArray([3], [0, 1, -1] as [Int32]), to: "y.npy")
        try write(HostArray([3], [0, 1, 1] as [Float]), to: "X.npy")
        expectError(naming: "y.npy", "numbered from 0", "found -1 at position 2") { _ = try DataSet.loadNPY(folder.path) }
        try write(HostArray([3], [0, 1, 1] as [Int32]), to: "X.npy")
        expectError(naming: "X.npy", "float32, float64 or uint8") { _ = try DataSet.loadNPY(folder.path) }
        expectError(naming: "X.npy", "found one") { _ = try DataSet.loadNPY(folder.file("X.npy")) }
    }
}

extension DataSet {
    fileprivate var values: [Float] { if case .values(let array, _) = targets { array.floats } else { [] } }
}

@Suite struct NormalisationTests {
    @Test func statisticsAreThoseOfTheChannels() throws {
        let statistics = ChannelStatistics(fitting: HostArray([2, 2, 1, 2], [0, 255, 9, 9, 0, 255, 9, 9] as [UInt8]))
        #expect(statistics.means == [127.5, 9] && statistics.deviations == [127.5, 1])
    }

    @Test func theUsualWays() throws {
        let splits = Splits(train: DataSet.digits().train, test: DataSet.digits().test)
        #expect(try DataSource.digits.load().train.channels == nil)
        let normalised = try splits.normalised(.channel)
        #expect(normalised.test.channels == normalised.train.channels && normalised.train.channels != nil)
        #expect(try splits.normalised(.none).train.featureDivisor == 1)
        #expect(try splits.normalised(.scale).train.featureDivisor == 16)
        // They stay with a part of the set.
        #expect(normalised.train.subset([0]).channels == normalised.train.channels)
        let numbers = try DataSet(
            name: "numbers", features: HostArray([2, 1], [1, 2] as [Float]),
            targets: .classes(labels: HostArray([2], [0, 1] as [Int32]), names: ["a", "b"]))
        expectError(naming: "numbers", "images of bytes", exitCode: 64) {
            _ = try Splits(train: numbers, test: numbers).normalised(.channel)
        }
    }
}
