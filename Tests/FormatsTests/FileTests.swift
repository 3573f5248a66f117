import Foundation
import MartletFormats
import TestSupport
import Testing

@Suite struct FileTests {
    let folder = try! TemporaryFolder()

    @Test func writesAndReadsBack() throws {
        let path = folder.file("a file")
        for bytes in [[], [1, 2, 3], [UInt8](repeating: 7, count: 200_000)] {
            try File.write(bytes, to: path)
            #expect(try File.read(path) == bytes)
        }
        #expect(try folder.contents == ["a file"], "no temporary file stays behind")
    }

    @Test func writesToARelativePath() throws {
        let name = "martlet-\(UUID())"
        try File.write([1], to: name)
        #expect(try File.read(name) == [1])
        try FileManager.default.removeItem(atPath: name)
    }

    @Test func keepsPermissionsAndFollowsLinks() throws {
        let path = try folder.write("old", to: "target")
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: path)
        try File.write(Array("new".utf8), to: folder.file("link"))
        #expect(try File.read(path) == Array("new".utf8))
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o640)
        #expect(
            try FileManager.default.attributesOfItem(atPath: folder.file("link"))[.type] as? FileAttributeType
                == .typeSymbolicLink)
    }

    @Test func writesToADeviceWithoutReplacingIt() throws {
        try File.checkWritable("/dev/null")
        try File.write([1, 2], to: "/dev/null")
        expectError(naming: "/dev/null", "device") { _ = try File.read("/dev/null") }
    }

    @Test func readErrorsNameThePath() throws {
        expectError(naming: "no such", "there is no such file") { _ = try File.read("no such") }
        expectError(naming: folder.path, "a directory") { _ = try File.read(folder.path) }
        expectError(naming: "''", "no such file") { _ = try File.read("") }
        let path = try folder.write("x", to: "x")
        expectError(naming: path, "Invalid argument") { _ = try File.read(path + "\0y") }
        expectError(naming: path + "/y", "no such file") { _ = try File.read(path + "/y") }
    }

    @Test(arguments: ["no/such/folder/x", "", "with\0nul", "/proc/x", "/proc/x/y", "/dev/null/x", "name/"])
    func refusesWhatCannotBeWritten(_ path: String) {
        expectError(naming: path, "cannot be written", exitCode: 73) { try File.checkWritable(path) }
        expectError(naming: path, "cannot be written", exitCode: 73) { try File.write([1], to: path) }
    }

    @Test func refusesADirectoryAndALongName() throws {
        expectError(naming: folder.path, "a directory is there", exitCode: 73) { try File.write([1], to: folder.path) }
        let long = folder.file(String(repeating: "x", count: 300))
        expectError(naming: long, "shorter name", exitCode: 73) { try File.checkWritable(long) }
        #expect(try folder.contents.isEmpty)
    }

    @Test func aFullDiskIsAnOutputError() throws {
        guard File.exists("/dev/full") else { return }
        expectError(naming: "/dev/full", "make room", exitCode: 73) { try File.write([1], to: "/dev/full") }
    }

    @Test func checkingLeavesNothingBehind() throws {
        let path = try folder.write("good", to: "good")
        try File.checkWritable(path)
        try File.checkWritable(folder.file("new"))
        #expect(try folder.contents == ["good"])
        #expect(try File.read(path) == Array("good".utf8))
    }

    @Test func writersAtTheSameTimeLeaveOneWholeFile() async throws {
        let path = folder.file("contended")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for value in 0..<16 as Range<UInt8> {
                group.addTask { try File.write([UInt8](repeating: value, count: 100_000), to: path) }
            }
            try await group.waitForAll()
        }
        let bytes = try File.read(path)
        #expect(bytes.count == 100_000 && Set(bytes).count == 1)
        #expect(try folder.contents == ["contended"])
    }
}
