import Foundation

/// The folder of data sets and reference vectors, `shared` beside the repository or where `MARTLET_SHARED` says.
/// Tests that need it are skipped where it is absent:
/// `.enabled(if: Shared.has("data/mnist"), "needs ../shared or MARTLET_SHARED")`.
public enum Shared {
    public static let folder: String =
        ProcessInfo.processInfo.environment["MARTLET_SHARED"]
        ?? URL(filePath: #filePath).appending(path: "../../../../shared").standardized.path

    public static func path(_ part: String) -> String { "\(folder)/\(part)" }
    public static func has(_ part: String) -> Bool { FileManager.default.fileExists(atPath: path(part)) }
}
