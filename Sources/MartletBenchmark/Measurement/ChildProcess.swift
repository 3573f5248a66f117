#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// This executable once more, with its stdout in hand and its stderr kept quiet.
final class ChildProcess {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let process: pid_t
    private let output: Int32
    private let hasOwnGroup: Bool
    private var isDone = false

    /// - Parameters:
    ///   - environment: what is changed in this process's own.
    ///   - ownGroup: whether it leads a process group: then Ctrl-C does not reach it, and what it has started ends with it.
    init(_ arguments: [String], environment: [String: String] = [:], ownGroup: Bool = false) throws(Failure) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure(description: "no pipe can be had") }
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #else
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        if ownGroup { posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP)) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        posix_spawn_file_actions_addclose(&actions, ends[1])
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)

        var variables: [String] = []
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if environment[String(text.prefix { $0 != "=" })] == nil { variables.append(text) }
            next += 1
        }
        variables += environment.map { "\($0.key)=\($0.value)" }
        let path = Self.executable
        var pointers: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        var settings: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
        defer { for pointer in pointers + settings { free(pointer) } }
        var process = pid_t()
        let status = posix_spawn(&process, path, &actions, &attributes, &pointers, &settings)
        close(ends[1])
        guard status == 0 else {
            close(ends[0])
            throw Failure(description: "\(path) cannot be started: \(String(cString: strerror(status)))")
        }
        (self.process, output, hasOwnGroup) = (process, ends[0], ownGroup)
    }

    deinit { if !isDone { end() } }

    private static var executable: String {
        var path = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &path, path.count - 1)
        return length > 0 ? String(decoding: path.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self) : CommandLine.arguments[0]
    }

    /// The first line that it writes.
    func line() throws(Failure) -> String {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            let count = read(output, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { throw Failure(description: "the child process ended without a word") }
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
    }

    /// Waits for its end, which must be a good one.
    func finish() throws(Failure) {
        let status = end()
        guard status == 0 else { throw Failure(description: "the child process ended with status \(status)") }
    }

    /// How it ended, and all that it wrote.
    enum Ending {
        case exited(Int32, output: String)
        case signalled(Int32)
        /// It was ended, for the time was over or nobody wanted it any more.
        case tooLong, stopped
    }

    /// Waits for its end, which is forced after so many seconds.
    func ending(within seconds: Double, shouldStop: () -> Bool) -> Ending {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(seconds)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            if shouldStop() { return forced(.stopped) }
            if clock.now > deadline { return forced(.tooLong) }
            var descriptor = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            guard poll(&descriptor, 1, 50) > 0 else { continue }
            let count = read(output, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        let status = end()
        let signal = status & 0x7F
        return signal == 0 ? .exited(status >> 8 & 0xFF, output: String(decoding: bytes, as: UTF8.self)) : .signalled(signal)
    }

    private func forced(_ ending: Ending) -> Ending {
        kill(hasOwnGroup ? -process : process, SIGKILL)
        end()
        return ending
    }

    @discardableResult private func end() -> Int32 {
        isDone = true
        close(output)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status
    }
}

/// A folder that goes with its owner.
final class ScratchFolder {
    let path: String

    init() throws(ChildProcess.Failure) {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/martlet-bench.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .init(description: "no folder can be made in \(parent)") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    /// With all that is in it; links are not followed.
    private static func remove(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFDIR, let folder = opendir(path) else {
            unlink(path)
            return
        }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)) { String(cString: $0) }
            }
            if name != ".", name != ".." { remove("\(path)/\(name)") }
        }
        closedir(folder)
        rmdir(path)
    }
}
