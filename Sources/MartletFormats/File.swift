#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Whole files, in and out.
public enum File {
    /// The most bytes that are read from one file or unpacked from one archive: the largest tensor of float32.
    public static let sizeLimit = 1 << 33

    /// Whether something is at the path, whatever it is.
    public static func exists(_ path: String) -> Bool {
        !path.utf8.contains(0) && access(path, F_OK) == 0
    }

    /// The bytes of a file (or of a pipe, up to its end).
    ///
    /// - Throws: `missing`, `notAFile`, `unreadable` or `tooLarge`.
    public static func read(_ path: String) throws(FormatError) -> [UInt8] {
        do {
            let file = try Descriptor(opening: path, flags: O_RDONLY)
            let status = try file.status()
            switch status.st_mode & S_IFMT {
            case S_IFREG: break
            case S_IFIFO: break
            case S_IFDIR: throw FormatError.notAFile(path: path, found: "a directory")
            default: throw FormatError.notAFile(path: path, found: "a device or socket")
            }
            guard Int(status.st_size) <= sizeLimit else {
                throw FormatError.tooLarge(path: path, what: "the file", limit: sizeLimit)
            }
            return try contents(of: file, expecting: Int(status.st_size), path: path)
        } catch let error as FormatError {
            throw error
        } catch let failure as Descriptor.Failure {
            switch failure.code {
            case ENOENT, ENOTDIR: throw .missing(path: path)
            default: throw .unreadable(path: path, reason: failure.text)
            }
        } catch {
            throw .unreadable(path: path, reason: "\(error)")
        }
    }

    /// The bytes of a file, unpacked if they are a gzip archive (told by its first bytes, not by its name).
    ///
    /// - Throws: as `read`, and `damaged` or `tooLarge` for the archive.
    public static func readUnpacked(_ path: String) throws(FormatError) -> [UInt8] {
        let bytes = try read(path)
        return Gzip.isPacked(bytes) ? try Gzip.unpack(bytes, path: path) : bytes
    }

    /// Reads to the end: the size is what to expect, not what to trust, for a file may grow and a pipe has none.
    private static func contents(of file: borrowing Descriptor, expecting size: Int, path: String) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: size + 1)
        var count = 0
        while true {
            let got = try bytes.withUnsafeMutableBytes {
                try file.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[count...]))
            }
            count += got
            if got == 0 { break }
            guard count <= sizeLimit else { throw FormatError.tooLarge(path: path, what: "the file", limit: sizeLimit) }
            if count == bytes.count { bytes += [UInt8](repeating: 0, count: max(bytes.count, 1 << 16)) }
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }
}
