import MartletCore
import MartletData
import MartletFormats
import TestSupport
import Testing

@Suite struct IDXSetTests {
    let folder = try! TemporaryFolder()

    private func write(_ name: String, _ shape: Shape, _ values: [UInt8]) throws {
        try IDX.write(HostArray(shape, values), to: folder.file(name))
    }
    private func writeAll() throws {
        try write("train-images-idx3-ubyte", [3, 1, 2], [1, 2, 3, 4, 5, 6])
        try write("train-labels-idx1-ubyte", [3], [0, 2, 1])
        try write("t10k-images.idx3-ubyte", [1, 1, 2], [7, 8])
        try write("t10k-labels-idx1-ubyte", [1], [2])
    }

    @Test func readsFourFiles() throws {
        try writeAll()
        let (train, test) = try DataSet.loadIDX(folder.path)
        #expect(train.features == HostArray([3, 1, 1, 2], [1, 2, 3, 4, 5, 6] as [UInt8]))
        #expect(train.labels == [0, 2, 1] && train.classNames == ["0", "1", "2"] && train.featureDivisor == 255)
        #expect(test.labels == [2] && test.classNames == train.classNames)
    }

    @Test func missingFilesAreNamed() throws {
        expectError(naming: folder.path, "expected the training images", "train-images-idx3-ubyte.gz") {
            _ = try DataSet.loadIDX(folder.path)
        }
        try write("train-images-idx3-ubyte", [1, 1, 1], [1])
        expectError(naming: folder.path, "expected the training labels") { _ = try DataSet.loadIDX(folder.path) }
        try write("train-labels-idx1-ubyte", [1], [1])
        expectError(naming: folder.path, "expected the test images", "t10k-images-idx3-ubyte") {
            _ = try DataSet.loadIDX(folder.path)
        }
        expectError(naming: "no folder", "expected the training images") { _ = try DataSet.loadIDX("no folder") }
    }

    @Test(
        arguments: [
            ("train-labels-idx1-ubyte", [2], [0, 1], "expected its images to be 2"),
            ("train-labels-idx1-ubyte", [3, 1], [0, 1, 2], "a list of integers"),
            ("t10k-labels-idx1-ubyte", [1], [9], "expected labels from 0 to 2, found 9 at position 0"),
            ("t10k-images.idx3-ubyte", [1, 2, 2], [1, 2, 3, 4], "expected the type of a test image to be 1x1x2"),
            ("train-images-idx3-ubyte", [3], [1, 2, 3], "found the shape 3"),
            ("train-images-idx3-ubyte", [0, 1, 2], [], "found the shape 0x1x2"),
        ] as [(String, Shape, [UInt8], String)])
    func filesThatDoNotBelongTogether(_ name: String, _ shape: Shape, _ values: [UInt8], _ part: String) throws {
        try writeAll()
        try write(name, shape, values)
        expectError(naming: folder.path, part) { _ = try DataSet.loadIDX(folder.path) }
    }

    @Test func aStrayLabelDoesNotMakeManyClasses() throws {
        try writeAll()
        try IDX.write(HostArray([3], [0, 1, Int32.max]), to: folder.file("train-labels-idx1-ubyte"))
        expectError(naming: folder.path, "from 0 to 255, found 2147483647") { _ = try DataSet.loadIDX(folder.path) }
    }

    @Test(.enabled(if: Shared.has("data/mnist"), "needs ../shared or MARTLET_SHARED"))
    func readsMNIST() throws {
        let (train, test) = try DataSet.loadIDX(Shared.path("data/mnist"))
        #expect(train.count == 60_000 && test.count == 10_000 && train.featureShape == [1, 28, 28])
        #expect(Array(train.labels.prefix(10)) == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4])
        #expect(Array(test.labels.prefix(10)) == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9])
        guard case .uint8(let pixels) = train.features.elements else { return }
        let mean = Double(pixels.reduce(0) { $0 + Int($1) }) / Double(pixels.count) / 255
        #expect(abs(mean - 0.1307) < 0.0001)
    }
}
