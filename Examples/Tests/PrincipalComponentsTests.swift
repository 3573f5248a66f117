import Foundation
import Martlet
import Testing

@Suite struct PrincipalComponentsTests {
    /// 200 images of 6 x 5 bytes, an IDX file: grey, with two patterns in shares of their own.
    static func stripes() -> Data {
        var bytes: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 200, 0, 0, 0, 6, 0, 0, 0, 5]
        for image in 0..<200 {
            let (across, along) = (Double(image % 20) - 9.5, Double(image / 20) - 4.5)
            for y in 0..<6 {
                for x in 0..<5 { bytes.append(UInt8(128 + (y % 2 == 0 ? 8 : -8) * across + (x < 2 ? 6 : -4) * along)) }
            }
        }
        return Data(bytes)
    }

    @Test func findsThePatterns() throws {
        let folder = try Folder()
        try Self.stripes().write(to: URL(filePath: folder.file("stripes.idx")))
        var hashes: Set<Substring> = []
        for backend in backends {
            let picture = folder.file("\(backend).png")
            let program = try Program("PrincipalComponents", [folder.file("stripes.idx"), picture, backend])
            #expect(program.status() == 0, "\(program.err)")
            let lines = program.out.split(separator: "\n")
            // Two patterns explain all; rounding to bytes leaves nothing, for they are whole numbers.
            #expect(lines.count { $0.hasPrefix("component") } == 2, "\(program.out)")
            #expect(lines.contains("together: 100.0 %"), "\(program.out)")
            hashes.insert(try #require(lines.last { $0.hasPrefix("SHA-256 ") }))
            // The mean and two components beside each other, in squares of 112 / 6 = 18 pixels.
            let image = try ByteImage.read(picture)
            #expect(image.height == 6 * 18 + 2 * 18 && image.width == 3 * (5 * 18 + 18) + 18 && image.channels == 1)
            // The stripes of the first component: rows in turns as far from mid-grey as can be.
            let column = 18 + (5 * 18 + 18) + 9
            let rows = (0..<6).map { (row: Int) -> Int in
                let y = 18 + row * 18 + 9
                return Int(image.pixels[y * image.width + column])
            }
            #expect(abs(rows[0] - rows[1]) > 250 && rows[0] == rows[2] && rows[1] == rows[5], "\(rows)")
        }
        #expect(hashes.count == 1)
    }

    @Test func refusals() throws {
        let folder = try Folder()
        func refuses(_ status: Int32, _ text: String, _ arguments: [String]) throws {
            let program = try Program("PrincipalComponents", arguments)
            #expect(program.status() == status, "\(program.err)")
            #expect(program.err.contains(text), "\(program.err)")
        }
        try refuses(64, "usage", [])
        try refuses(65, "nowhere", [folder.file("nowhere"), folder.file("a.png"), "cpu"])
        try Data([0, 0, 8, 1, 0, 0, 0, 2, 7, 7]).write(to: URL(filePath: folder.file("labels")))
        try refuses(65, "expected at least two images", [folder.file("labels"), folder.file("a.png"), "cpu"])
        try Data([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 7, 7]).write(to: URL(filePath: folder.file("same")))
        try refuses(65, "all the same", [folder.file("same"), folder.file("a.png"), "cpu"])
        try Self.stripes().write(to: URL(filePath: folder.file("stripes")))
        try refuses(73, "picture.png", [folder.file("stripes"), "/no/such/folder/picture.png", "cpu"])
    }
}
