#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A text file that grows by whole lines, each of which is on the disk before `append` returns. One process at a time has it.
public final class LineFile {
    /// Those on the disk, without their ends.
    public private(set) var lines: [String]
    private let path: String
    private let file: Descriptor

    /// Opens the file, or makes it. A last line without its end was not written whole, and is taken away.
    ///
    /// - Throws: `unwritable`, also where another process has it; `damaged` where it is no text; and what `File.read` throws.
    public init(_ path: String) throws(FormatError) {
        self.path = path
        do throws(Descriptor.Failure) {
            file = try Descriptor(opening: path, flags: O_RDWR | O_CREAT | O_APPEND, mode: 0o666)
            try file.lock()
        } catch {
            throw Self.unwritable(path, error)
        }
        let bytes = try File.read(path)
        let whole = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        guard let text = String(validating: bytes[..<whole], as: UTF8.self) else {
            throw .damaged(path: path, reason: "it is no text")
        }
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        if whole < bytes.count {
            do throws(Descriptor.Failure) { try file.truncate(to: whole) } catch { throw Self.unwritable(path, error) }
        }
    }

    /// - Precondition: the text has no end of a line in it.
    /// - Throws: `unwritable`.
    public func append(_ line: String) throws(FormatError) {
        precondition(!line.utf8.contains(UInt8(ascii: "\n")), "one line at a time")
        do throws(Descriptor.Failure) {
            try file.write(Array((line + "\n").utf8))
            try file.synchronise()
        } catch {
            throw Self.unwritable(path, error)
        }
        lines.append(line)
    }

    private static func unwritable(_ path: String, _ failure: Descriptor.Failure) -> FormatError {
        let isTaken = failure.code == EWOULDBLOCK
        return .unwritable(
            path: path, reason: isTaken ? "another process has it" : failure.text,
            remedy: isTaken ? "wait for it, or name another file" : "check the permissions and the room on the disk, or write elsewhere")
    }
}
