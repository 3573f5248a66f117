import Foundation
import Testing

/// Every guide says what a tool is for, gives a command and a picture, says how to read it, and names its source. To add one,
/// add its file and its picture to the folder, and its line to `Guides.md`. (CommandTests look at the commands.)
@Suite struct GuideTests {
    @Test(arguments: try Articles.allGuides())
    func hasItsParts(guide: URL) throws {
        let name = guide.lastPathComponent
        let lines = try Articles.text(guide).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines.first?.hasPrefix("# ") == true, "\(name): a title")

        let purpose = lines.dropFirst().drop { $0.isEmpty }.prefix { !$0.isEmpty }.joined(separator: " ")
        #expect(purpose.count > 40 && purpose.first?.isLetter == true, "\(name): first of all, what it is for; found '\(purpose)'")

        let command = try #require(lines.firstIndex { $0.hasPrefix("    martlet ") }, "\(name): a command, indented by four")
        let reading = try #require(lines.firstIndex(of: "## How to read it"), "\(name): a section '## How to read it'")
        let sources = try #require(lines.firstIndex(of: "## Sources"), "\(name): a section '## Sources'")
        #expect(command < reading && reading < sources, "\(name): the command, how to read it, and the sources in this order")
        for section in [reading, sources] {
            let text = lines[(section + 1)...].prefix { !$0.hasPrefix("## ") }.joined()
            #expect(text.count > 40, "\(name): nothing stands under '\(lines[section])'")
        }

        // Beside the guide, so that the name alone finds it wherever the guide is read.
        let picture = try #require(lines.joined(separator: "\n").firstMatch(of: #/!\[([^\]]+)\]\(([^)\/]+)\)/#), "\(name): a picture")
        let file = Articles.guides.appending(path: String(picture.2))
        let bytes = [UInt8](try #require(FileManager.default.contents(atPath: file.path), "\(name): \(picture.2) is missing"))
        #expect(bytes.starts(with: Array("<svg ".utf8)) || bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]), "\(picture.2): SVG or PNG")
        // Without a size pages show it as a stamp.
        #expect(bytes[0] == 0x89 || String(decoding: bytes.prefix(300), as: UTF8.self).contains(" width="), "\(picture.2): no width")
        #expect(bytes.count < 400_000, "\(picture.2): pictures are small")
    }

    /// In its group of the index, once.
    @Test func theIndexListsEveryGuide() throws {
        let index = try Articles.text(Articles.guides.appending(path: "Guides.md"))
        let listed = index.matches(of: #/(?m)^- \[([^\]]+)\]\(([^)]+)\)$/#).map { [String($0.1), String($0.2)] }.sorted { $0[1] < $1[1] }
        let found = try Articles.allGuides().map { guide in
            [String(try Articles.text(guide).prefix { $0 != "\n" }.dropFirst(2)), guide.lastPathComponent]
        }
        #expect(listed == found.sorted { $0[1] < $1[1] })
    }

    @Test func everyPictureIsShown() throws {
        let texts = try Articles.allGuides().map(Articles.text).joined()
        for file in try FileManager.default.contentsOfDirectory(atPath: Articles.guides.path) where !file.hasSuffix(".md") {
            #expect(texts.contains("](\(file))"), "no guide shows \(file)")
        }
    }
}
