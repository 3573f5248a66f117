import Foundation

/// A folder that goes away with its owner. Its name has a space, for paths may have one.
public final class TemporaryFolder: Sendable {
    public let path: String

    public init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "martlet test \(UUID())").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    public func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file and returns its path.
    public func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
        try Data(Array(bytes)).write(to: URL(filePath: file(name)))
        return file(name)
    }
    public func write(_ text: String, to name: String) throws -> String { try write(text.utf8, to: name) }

    /// The names of what is in the folder.
    public var contents: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() } }
}
