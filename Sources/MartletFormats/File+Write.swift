#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension File {
    /// Writes a file as a whole: whoever looks finds the old contents or the new ones, also after a crash.
    ///
    /// The bytes go to a temporary file beside it, which is flushed to the disk and then renamed. A link is followed,
    /// and the permissions of a file that is replaced are kept. Pipes and devices are written to directly.
    ///
    /// - Parameter flushes: false where it does not matter that a file may be gone after the power has failed: a disk takes
    ///   milliseconds to flush. Whoever looks finds the old contents or the new ones all the same.
    /// - Throws: `unwritable`; then what was at the path is untouched.
    public static func write(_ bytes: [UInt8], to path: String, flushes: Bool = true) throws(FormatError) {
        let target = try Target(path)
        do throws(Descriptor.Failure) {
            if target.isStream {
                let stream = try Descriptor(opening: path, flags: O_WRONLY)
                try stream.write(bytes)
            } else {
                try replace(target, with: bytes, flushes: flushes)
            }
        } catch {
            throw target.unwritable(error)
        }
    }

    /// Tries, before long work starts, whether `write` will be able to put a file there. Leaves nothing behind.
    ///
    /// - Throws: `unwritable`.
    public static func checkWritable(_ path: String) throws(FormatError) {
        let target = try Target(path)
        if target.isStream { return }
        do {
            let temporary = try temporaryFile(in: target.directory)
            unlink(temporary.path)
        } catch {
            throw target.unwritable(error)
        }
    }

    private static func replace(_ target: Target, with bytes: [UInt8], flushes: Bool) throws(Descriptor.Failure) {
        let temporary = try temporaryFile(in: target.directory)
        do throws(Descriptor.Failure) {
            if let mode = target.mode { try temporary.file.setMode(mode) }
            try temporary.file.write(bytes)
            if flushes { try temporary.file.synchronise() }
            guard rename(temporary.path, target.path) == 0 else { throw Descriptor.Failure(code: errno) }
        } catch {
            unlink(temporary.path)
            throw error
        }
        guard flushes else { return }
        // The new name is on the disk only once the folder is. The file is complete either way.
        if let directory = try? Descriptor(opening: target.directory, flags: O_RDONLY) { try? directory.synchronise() }
    }

    private struct Temporary: ~Copyable {
        let file: Descriptor
        let path: String
    }

    /// A new, empty file that no other process or thread has.
    private static func temporaryFile(in directory: String) throws(Descriptor.Failure) -> Temporary {
        for attempt in 0..<10_000 {
            let path = "\(directory)/.martlet-\(getpid())-\(attempt).tmp"
            do {
                let file = try Descriptor(opening: path, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o666)
                return Temporary(file: file, path: path)
            } catch where error.code == EEXIST {}
        }
        throw Descriptor.Failure(code: EEXIST)
    }

    /// Where a file is to be written, and what is there now.
    private struct Target {
        /// As the user named it, for messages.
        let name: String
        /// With links followed.
        let path: String
        let directory: String
        /// The permissions of the file that will be replaced.
        var mode: mode_t?
        /// A pipe or device: written to, never renamed over.
        var isStream = false

        init(_ name: String) throws(FormatError) {
            self.name = name
            guard !name.isEmpty, !name.utf8.contains(0) else {
                throw .unwritable(path: name, reason: "this is no file name", remedy: "name a file")
            }
            var path = name
            var status = stat()
            let exists = stat(name, &status) == 0
            let reason = errno
            if exists, let resolved = realpath(name, nil) {
                path = String(cString: resolved)
                free(resolved)
            }
            self.path = path
            directory = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."

            guard exists else {
                if name.hasSuffix("/") {
                    throw .unwritable(path: name, reason: "this names a directory", remedy: "name a file")
                }
                if reason != ENOENT { throw unwritable(Descriptor.Failure(code: reason)) }
                return
            }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: throw .unwritable(path: name, reason: "a directory is there", remedy: "name a file")
            case S_IFREG: mode = status.st_mode & 0o7777
            default: isStream = true
            }
            // A rename would pass over a write protection that was meant.
            guard access(path, W_OK) == 0 else { throw unwritable(Descriptor.Failure(code: errno)) }
        }

        func unwritable(_ failure: Descriptor.Failure) -> FormatError {
            // The kernel's own folders say of a new file that it is not there.
            if failure.code == ENOENT, File.isFolder(directory) {
                return .unwritable(path: name, reason: "'\(directory)' takes no new files", remedy: "write elsewhere")
            }
            let remedy =
                switch failure.code {
                case ENOENT, ENOTDIR: "create the directory '\(directory)' first"
                case ENOSPC, EDQUOT: "make room on the disk"
                case ENAMETOOLONG: "choose a shorter name"
                default: "check the permissions of '\(directory)', or write elsewhere"
                }
            return .unwritable(path: name, reason: failure.text, remedy: remedy)
        }
    }
}
