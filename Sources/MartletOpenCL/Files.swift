#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The few file operations that the cache and the doctor need, without Foundation. None throws: nil or false tells all
/// that their callers want to know.
enum Files {
    static func read(_ path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let size = Int(status.st_size)
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                #if canImport(Glibc)
                let got = Glibc.read(file, buffer.baseAddress! + count, size - count)
                #else
                let got = Darwin.read(file, buffer.baseAddress! + count, size - count)
                #endif
                if got <= 0 { break }
                count += got
            }
        }
        return bytes.count == size ? bytes : nil
    }

    /// Writes a temporary file beside `path` and renames it, so that nobody ever sees half a file.
    static func replace(_ path: String, with bytes: [UInt8]) -> Bool {
        var template = Array("\(path).XXXXXX".utf8CString)
        let file = mkstemp(&template)
        guard file >= 0 else { return false }
        var written = 0
        bytes.withUnsafeBytes { bytes in
            while written < bytes.count {
                #if canImport(Glibc)
                let put = Glibc.write(file, bytes.baseAddress! + written, bytes.count - written)
                #else
                let put = Darwin.write(file, bytes.baseAddress! + written, bytes.count - written)
                #endif
                if put <= 0 { break }
                written += put
            }
        }
        guard close(file) == 0, written == bytes.count, rename(template, path) == 0 else {
            unlink(template)
            return false
        }
        return true
    }

    /// Makes a directory and those above it; only for the user, as caches are.
    static func makeDirectory(_ path: String) -> Bool {
        if isDirectory(path) { return true }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            guard makeDirectory(String(path[..<slash])) else { return false }
        }
        return mkdir(path, 0o700) == 0 || isDirectory(path)
    }

    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    static func isWritable(_ path: String) -> Bool { access(path, W_OK | X_OK) == 0 }

    /// The names in a directory, sorted; nil where it cannot be read.
    static func list(_ path: String) -> [String]? {
        guard let directory = opendir(path) else { return nil }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)) {
                    String(cString: $0)
                }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
