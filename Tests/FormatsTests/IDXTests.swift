import MartletCore
import MartletFormats
import TestSupport
import Testing

@Suite struct IDXTests {
    let folder = try! TemporaryFolder()

    @Test(arguments: [
        HostArray([2, 3], [1, 2, 3, 4, 5, 255] as [UInt8]), HostArray(.scalar, [7] as [UInt8]),
        HostArray([0, 28, 28], [] as [UInt8]), HostArray([1, 2, 1, 2], [Int32.min, -1, 0, Int32.max]),
        HostArray([3], [1.5, -0.25, Float.infinity]),
    ])
    func roundTrips(_ array: HostArray) throws {
        let path = folder.file("a.idx")
        try IDX.write(array, to: path)
        #expect(try IDX.read(path) == array)
        #expect(try IDX.read(folder.write(gzipped(File.read(path)), to: "a.gz")) == array)
    }

    @Test(
        arguments: [
            ([], "empty file"), ([0, 0, 8], "magic number should have 4 bytes, only 3"),
            ([80, 75, 3, 4], "found 50 4b 03 04"),
            ([0, 0, 0x0b, 1, 0, 0, 0, 0], "type 0x0b"),
            ([0, 0, 8, 2, 0, 0, 0, 1], "header of 2 dimensions should have 12"),
            ([0, 0, 8, 1, 0, 0, 0, 3, 1, 2], "should have 11 bytes, only 10"),
            ([0, 0, 8, 1, 0, 0, 0, 1, 1, 2], "expected 9 bytes up to the end of shape 1, found 10"),
            ([0, 0, 8, 2, 255, 255, 255, 255, 255, 255, 255, 255], "limit"), ([0, 0, 8, 255], "255 dimensions"),
            ([0, 0, 8, 1, 127, 255, 255, 255], "should have 2147483655 bytes"),
        ] as [([UInt8], String)])
    func refusesWhatIsNoIDX(_ bytes: [UInt8], _ part: String) throws {
        let path = try folder.write(bytes, to: "bad.idx")
        expectError(naming: path, part) { _ = try IDX.read(path) }
    }

    @Test func refusesADirectory() {
        expectError(naming: folder.path, "directory") { _ = try IDX.read(folder.path) }
    }
}
