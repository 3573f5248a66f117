#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension File {
    /// Adds bytes to the end of a file, which is made where there is none. Whoever reads meanwhile may find only a part of
    /// them.
    ///
    /// - Throws: `unwritable`.
    public static func append(_ bytes: [UInt8], to path: String) throws(FormatError) {
        do throws(Descriptor.Failure) {
            let file = try Descriptor(opening: path, flags: O_WRONLY | O_CREAT | O_APPEND, mode: 0o666)
            try file.write(bytes)
        } catch {
            throw .unwritable(path: path, reason: error.text, remedy: "check the permissions and the room on the disk")
        }
    }

    /// Makes a folder, and those that it lies in, where there are none.
    ///
    /// - Throws: `unwritable`.
    public static func makeFolder(_ path: String) throws(FormatError) {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw .unwritable(path: path, reason: "this is no name of a folder", remedy: "name a folder")
        }
        var end = path.startIndex
        while end < path.endIndex {
            end = path[path.index(after: end)...].firstIndex(of: "/") ?? path.endIndex
            let part = String(path[..<end])
            if isFolder(part) { continue }
            guard mkdir(part, 0o777) == 0 || errno == EEXIST && isFolder(part) else {
                let reason = errno == EEXIST ? "a file is there" : String(cString: strerror(errno))
                throw .unwritable(path: part, reason: reason, remedy: "name another folder, or check the permissions")
            }
        }
    }

    /// Tries whether files can be made in a folder. Leaves nothing behind.
    ///
    /// - Throws: `unwritable`.
    public static func checkFolderWritable(_ path: String) throws(FormatError) {
        try checkWritable(path + "/.martlet-trial")
    }
}
