import Martlet
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The two streams: results on stdout, the rest on stderr.
enum Terminal {
    static func result(_ text: String) {
        if let reason = write(text + "\n", to: STDOUT_FILENO) { lostResults.store(reason, ordering: .relaxed) }
    }
    static func note(_ text: String) { _ = write(text + "\n", to: STDERR_FILENO) }

    /// Fails where a result could not be written, for a command that has lost one is not done.
    static func checkResults() throws(FormatError) {
        let reason = lostResults.load(ordering: .relaxed)
        // A reader that has gone wants no more of them.
        guard reason != 0, reason != EPIPE else { return }
        throw .unwritable(
            path: "stdout", reason: String(cString: strerror(reason)), remedy: "make room, or send the results elsewhere")
    }
    private static let lostResults = Atomic<Int32>(0)

    /// Whether stderr is a terminal that a person watches.
    static let isInteractive = isatty(STDERR_FILENO) == 1
    /// Whether stdout may be coloured (https://no-color.org).
    static let usesColour = isatty(STDOUT_FILENO) == 1 && (getenv("NO_COLOR").map { $0.pointee == 0 } ?? true)

    static func bold(_ text: String) -> String { usesColour ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
    static func green(_ text: String) -> String { usesColour ? "\u{1B}[32m\(text)\u{1B}[0m" : text }
    static func red(_ text: String) -> String { usesColour ? "\u{1B}[31m\(text)\u{1B}[0m" : text }

    /// Writes over the current line of stderr.
    static func status(_ text: String) { _ = write("\r\u{1B}[K" + text, to: STDERR_FILENO) }
    static func clearStatus() { _ = write("\r\u{1B}[K", to: STDERR_FILENO) }

    /// Whole, in spite of interruptions; the number of the error where that cannot be.
    private static func write(_ text: String, to descriptor: Int32) -> Int32? {
        var text = text
        return text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                #if canImport(Darwin)
                    let count = Darwin.write(descriptor, rest.baseAddress, rest.count)
                #elseif canImport(Musl)
                    let count = Musl.write(descriptor, rest.baseAddress, rest.count)
                #else
                    let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                #endif
                if count < 0, errno == EINTR { continue }
                if count <= 0 { return errno }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
            return nil
        }
    }
}
