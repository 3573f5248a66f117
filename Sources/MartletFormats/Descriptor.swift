#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// An open file, closed when its owner lets go of it. Every call repeats itself when a signal interrupts it.
struct Descriptor: ~Copyable {
    /// The number of a failed system call, with its text.
    struct Failure: Error {
        let code: Int32
        var text: String { String(cString: strerror(code)) }
    }

    private let number: Int32

    init(opening path: String, flags: Int32, mode: mode_t = 0) throws(Failure) {
        // C would read the path up to the NUL only, and open another file.
        guard !path.utf8.contains(0) else { throw Failure(code: EINVAL) }
        number = try Descriptor.repeating { open(path, flags | O_CLOEXEC, mode) }
    }

    deinit { close(number) }

    func status() throws(Failure) -> stat {
        var result = stat()
        _ = try Descriptor.repeating { fstat(number, &result) }
        return result
    }

    func setMode(_ mode: mode_t) throws(Failure) {
        _ = try Descriptor.repeating { fchmod(number, mode) }
    }

    /// Reads what comes, at most the size of the buffer; 0 at the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        #if canImport(Darwin)
        let room = min(buffer.count, 1 << 30)  // a larger read is refused there
        #else
        let room = buffer.count
        #endif
        return try Descriptor.repeating { systemRead(number, buffer.baseAddress, room) }
    }

    func write(_ bytes: [UInt8]) throws(Failure) {
        var written = 0
        while written < bytes.count {
            written += try Descriptor.repeating {
                bytes.withUnsafeBytes {
                    systemWrite(number, $0.baseAddress.map { $0 + written }, min($0.count - written, 1 << 30))
                }
            }
        }
    }

    /// Waits until the contents are on the disk. A file system that knows no such thing is no failure.
    func synchronise() throws(Failure) {
        do {
            _ = try Descriptor.repeating { fsync(number) }
        } catch where error.code == EINVAL || error.code == ENOTSUP || error.code == EROFS {}
    }

    /// Takes the file for this process until it is closed; fails with EWOULDBLOCK where another has it.
    func lock() throws(Failure) {
        _ = try Descriptor.repeating { flock(number, LOCK_EX | LOCK_NB) }
    }

    func truncate(to size: Int) throws(Failure) {
        _ = try Descriptor.repeating { ftruncate(number, off_t(size)) }
    }

    private static func repeating<Result: BinaryInteger>(_ call: () -> Result) throws(Failure) -> Result {
        while true {
            let result = call()
            if result >= 0 { return result }
            if errno != EINTR { throw Failure(code: errno) }
        }
    }
}

// Inside `Descriptor` the plain names mean its own methods.
private let systemRead = read as @Sendable (Int32, UnsafeMutableRawPointer?, Int) -> Int
private let systemWrite = write as @Sendable (Int32, UnsafeRawPointer?, Int) -> Int
