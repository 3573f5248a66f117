import MartletFormats
import TestSupport
import Testing

@Suite struct GzipTests {
    let text = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 5) }

    @Test func unpacksMembersAndPassesOverPadding() throws {
        #expect(try Gzip.unpack(gzipped([]), path: "p") == [])
        #expect(try Gzip.unpack(gzipped(text), path: "p") == text)
        #expect(try Gzip.unpack(gzipped(text) + gzipped([1, 2]) + [0, 0, 0], path: "p") == text + [1, 2])
    }

    @Test func readsAFileByItsFirstBytes() throws {
        let folder = try TemporaryFolder()
        #expect(try File.readUnpacked(folder.write(gzipped(text), to: "no ending")) == text)
        #expect(try File.readUnpacked(folder.write([1, 2], to: "plain.gz")) == [1, 2])
    }

    @Test func damageIsAnError() {
        let packed = gzipped(text)
        for count in [2, 9, 15, packed.count / 2, packed.count - 1] {
            expectError(naming: "p", "damaged", "ends early") {
                _ = try Gzip.unpack(Array(packed.prefix(count)), path: "p")
            }
        }
        var flipped = packed
        flipped[packed.count - 6] ^= 1
        expectError(naming: "p", "incorrect data check") { _ = try Gzip.unpack(flipped, path: "p") }
        expectError(naming: "p", "damaged") { _ = try Gzip.unpack(packed + [1, 2, 3], path: "p") }
    }
}
