import MartletFormats
import TestSupport
import Testing

@Suite struct PNGTests {
    @Test(arguments: ImageFixture.png) func everyKindIsRead(fixture: ImageFixture) throws {
        #expect(try PNG.parse(fixture.file, path: "a.png") == fixture.image)
    }

    @Test(arguments: [(1, 1, 1), (3, 5, 3), (64, 33, 1), (17, 200, 3)]) func whatIsWrittenIsRead(height: Int, width: Int, channels: Int) throws {
        let pixels = (0..<height * width * channels).map { UInt8(truncatingIfNeeded: $0 &* 37 ^ $0 >> 3) }
        let image = ByteImage(height: height, width: width, channels: channels, pixels: pixels)
        #expect(try PNG.parse(PNG.encode(image), path: "a.png") == image)
    }

    @Test(arguments: ImageFixture.png) func damageIsNamed(fixture: ImageFixture) throws {
        for count in 0..<fixture.file.count {
            expectError(naming: "b c.png") { _ = try PNG.parse(Array(fixture.file.prefix(count)), path: "b c.png") }
        }
        // Every part has a checksum, so that no change goes unnoticed, but for the signature's and the last one's.
        for place in fixture.file.indices {
            var changed = fixture.file
            changed[place] ^= 0x11
            expectError(naming: "b c.png") { _ = try PNG.parse(changed, path: "b c.png") }
        }
    }

    /// What a checksum cannot find: parts that are whole and contradict each other.
    @Test func contradictionsAreNamed() throws {
        let image = ByteImage(height: 2, width: 2, channels: 1, pixels: [1, 2, 3, 4])
        let good = PNG.encode(image)
        func header(_ change: (inout [UInt8]) -> Void) -> [UInt8] {
            var bytes = good
            var body = Array(bytes[12..<29])
            change(&body)
            bytes.replaceSubrange(12..<29, with: body)
            let sum = Self.checksum(body)
            bytes.replaceSubrange(29..<33, with: [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> $0) })
            return bytes
        }
        func refuses(_ part: String, _ bytes: [UInt8]) { expectError(naming: "a.png", part) { _ = try PNG.parse(bytes, path: "a.png") } }
        refuses("more or fewer pixels", header { $0[7] = 3 })
        refuses("more or fewer pixels", header { $0[7] = 1 })
        refuses("makes no sense", header { $0[7] = 0 })
        refuses("makes no sense", header { $0[12] = 3 })
        refuses("makes no sense", header { $0[13] = 5 })
        refuses("limit", header { ($0[4], $0[8]) = (0x7F, 0x7F) })
        // A palette image without a palette.
        refuses("palette", header { $0[13] = 3 })
        refuses("signature", Array("GIF89a is another kind of file".utf8))
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
    }
}

@Suite(.enabled(if: JPEG.reasonUnavailable == nil, "needs libjpeg")) struct JPEGTests {
    @Test(arguments: ImageFixture.jpeg) func everyKindIsRead(fixture: ImageFixture) throws {
        #expect(try JPEG.parse(fixture.file, path: "a.jpg") == fixture.image)
    }

    @Test(arguments: ImageFixture.jpeg) func damageIsNamed(fixture: ImageFixture) throws {
        // Without its last two bytes, the mark of the end, an image may be whole.
        for count in 3..<fixture.file.count - 2 {
            expectError(naming: "b c.jpg") { _ = try JPEG.parse(Array(fixture.file.prefix(count)), path: "b c.jpg") }
        }
        // There are no checksums: other pixels may come out, but nothing traps.
        for place in fixture.file.indices {
            var changed = fixture.file
            changed[place] ^= 0x41
            _ = try? JPEG.parse(changed, path: "b c.jpg")
        }
    }
}

@Suite struct ByteImageTests {
    let folder = try! TemporaryFolder()

    @Test func theKindIsToldByTheContents() throws {
        let fixture = ImageFixture.png[0]
        #expect(try ByteImage.read(folder.write(fixture.file, to: "a.jpg")) == fixture.image)
        expectError(naming: "b.png", "other bytes") { _ = try ByteImage.read(folder.write("hello", to: "b.png")) }
        expectError(naming: "c.png", "empty") { _ = try ByteImage.read(folder.write("", to: "c.png")) }
        expectError(naming: "d.png", "no such file") { _ = try ByteImage.read(folder.file("d.png")) }
    }

    @Test func resizingKeepsWhatIsEven() {
        let grey = ByteImage(height: 5, width: 7, channels: 3, pixels: Array(repeating: 93, count: 105))
        for (height, width) in [(1, 1), (2, 3), (5, 7), (9, 30)] {
            let resized = grey.resized(height: height, width: width)
            #expect((resized.height, resized.width, resized.channels) == (height, width, 3))
            #expect(resized.pixels.allSatisfy { $0 == 93 })
        }
    }

    @Test func resizingIsBilinear() {
        let row = ByteImage(height: 1, width: 2, channels: 1, pixels: [0, 100])
        #expect(row.resized(height: 1, width: 4).pixels == [0, 25, 75, 100])
        // Shrinking takes all pixels into account.
        let wide = ByteImage(height: 1, width: 8, channels: 1, pixels: [0, 0, 0, 240, 0, 0, 0, 0])
        #expect(wide.resized(height: 1, width: 2).pixels.allSatisfy { $0 > 0 })
        #expect(row.resized(height: 1, width: 2) == row)
    }

    @Test func planesAndColours() {
        let image = ByteImage(height: 1, width: 2, channels: 3, pixels: [1, 2, 3, 4, 5, 6])
        #expect(image.planes == [1, 4, 2, 5, 3, 6])
        #expect(image.coloured == image)
        #expect(ByteImage(height: 1, width: 2, channels: 1, pixels: [8, 9]).coloured.pixels == [8, 8, 8, 9, 9, 9])
    }
}
