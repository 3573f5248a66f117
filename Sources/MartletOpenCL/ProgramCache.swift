import MartletBackend
import MartletCore

/// Compiled programs on disk, so that a second start need not compile. Whatever goes wrong here costs time and nothing
/// else: a corrupt, cut or foreign entry is as good as none, and so is a directory that cannot be written.
public struct ProgramCache: Hashable, Sendable {
    /// Where entries lie; nil turns the cache off.
    public let directory: String?

    /// A cache in a directory, which is made when something is stored.
    public init(directory: String?) { self.directory = directory }

    /// `$MARTLET_CACHE_DIR`, else `$XDG_CACHE_HOME/martlet`, else `~/.cache/martlet`; the first set to nothing turns it off.
    public static let shared = ProgramCache(directory: usualDirectory(environmentValue))

    /// The rule of `shared`, for any environment.
    public static func usualDirectory(_ environment: (String) -> String?) -> String? {
        if let own = environment("MARTLET_CACHE_DIR") { return own.isEmpty ? nil : own }
        if let home = environment("XDG_CACHE_HOME"), !home.isEmpty { return "\(home)/martlet" }
        if let home = environment("HOME"), !home.isEmpty { return "\(home)/.cache/martlet" }
        return nil
    }

    /// Everything that a binary depends on, as a hexadecimal digest: another driver, another key.
    public static func key(source: String, options: String, device: OpenCLDeviceInfo) -> String {
        var hash = SHA256()
        let parts = [format, source, options, device.name, device.driverVersion, device.platformVersion]
        for part in parts {
            hash.update("\(part.utf8.count):")  // so that no two lists of parts run together to one text
            hash.update(part)
        }
        return SHA256.hex(hash.finalize())
    }

    /// The file of an entry.
    public func path(_ key: String) -> String? { directory.map { "\($0)/programs/\(key).bin" } }

    /// The binary stored under a key, if it is whole.
    package func load(_ key: String) -> [UInt8]? {
        guard let path = path(key), let bytes = Files.read(path) else { return nil }
        let head = header(key)
        guard bytes.starts(with: head), bytes.count > head.count + 32 else { return nil }
        let binary = Array(bytes[(head.count + 32)...])
        guard digest(binary).elementsEqual(bytes[head.count ..< head.count + 32]) else { return nil }
        return binary
    }

    /// Stores a binary under a key, unless the directory cannot be written.
    package func store(_ binary: [UInt8], under key: String) {
        guard let directory, let path = path(key), Files.makeDirectory("\(directory)/programs") else { return }
        _ = Files.replace(path, with: header(key) + digest(binary) + binary)
    }

    /// The format's version: part of the key and of each file's head.
    private static let format = "martlet program 1"

    private func header(_ key: String) -> [UInt8] { Array("\(Self.format)\n\(key)\n".utf8) }
    private func digest(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { SHA256.hash($0) } }
}
