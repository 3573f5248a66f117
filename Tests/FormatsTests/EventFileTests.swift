import Foundation
import MartletFormats
import TestSupport
import Testing

@Suite struct EventFileTests {
    /// Test vectors of RFC 3720, B.4, and the usual check value.
    @Test(arguments: [
        (Array("123456789".utf8), 0xE306_9283), ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
        ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43), (Array(0..<32), 0x46DD_794E), ([], 0),
    ] as [([UInt8], UInt32)])
    func checksums(bytes: [UInt8], sum: UInt32) { #expect(CRC32C.checksum(bytes) == sum) }

    /// Records as their format says: length, its checksum, the bytes, theirs.
    @Test func records() throws {
        let image = ByteImage(height: 2, width: 3, channels: 1, pixels: [0, 1, 2, 3, 4, 255])
        let file = EventFile.header(time: 12.5) + EventFile.record(
            time: 13, step: 300,
            [("a", .scalar(0.5)), ("h", .histogram(low: -1, high: 1, counts: [1, 3], mean: 0.25, deviation: 0.5)), ("i", .image(image))])
        var place = 0, messages: [[UInt8]] = []
        func word<T: FixedWidthInteger>(_ type: T.Type, at place: Int) -> T {
            file.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: T.self) }.littleEndian
        }
        while place < file.count {
            let length = Int(word(UInt64.self, at: place))
            #expect(word(UInt32.self, at: place + 8) == CRC32C.masked(file[place ..< place + 8]))
            let bytes = Array(file[place + 12 ..< place + 12 + length])
            #expect(word(UInt32.self, at: place + 12 + length) == CRC32C.masked(bytes))
            messages.append(bytes)
            place += 16 + length
        }
        #expect(place == file.count && messages.count == 2)
        // Field 1 (fixed64), field 3 (text).
        #expect(messages[0].first == 0x09 && String(decoding: messages[0].suffix(13), as: UTF8.self) == "brain.Event:2")
        // Step 300 as a varint behind the time.
        #expect(Array(messages[1][9..<12]) == [0x10, 0xAC, 0x02])
        let png = PNG.encode(image)
        #expect(messages[1].indices.contains { messages[1][$0...].starts(with: png) })
    }

    @Test func appending() throws {
        let place = try TemporaryFolder()
        let file = place.file("a file")
        try File.append([1, 2], to: file)
        try File.append([], to: file)
        try File.append([3], to: file)
        #expect(try File.read(file) == [1, 2, 3])
        expectError(naming: "nowhere", exitCode: 73) { try File.append([1], to: place.file("nowhere/file")) }
    }

    @Test func folders() throws {
        let place = try TemporaryFolder()
        try File.makeFolder(place.file("a/b c//d"))
        try File.makeFolder(place.file("a/b c/d"))
        #expect(File.isFolder(place.file("a/b c/d")))
        _ = try place.write("x", to: "file")
        expectError(naming: "file", "a file is there", exitCode: 73) { try File.makeFolder(place.file("file/below")) }
        expectError(naming: "", exitCode: 73) { try File.makeFolder("") }
    }
}
