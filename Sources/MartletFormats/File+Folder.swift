#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension File {
    /// Whether there is a folder at the path, or a link to one.
    public static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return !path.utf8.contains(0) && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The names of what is in a folder, without those that begin with a point, in the order of their bytes.
    ///
    /// - Throws: `missing`, `unreadable`, or `unsuitable` where there is a file.
    public static func names(in folder: String) throws(FormatError) -> [String] {
        guard exists(folder) else { throw .missing(path: folder) }
        guard isFolder(folder) else {
            throw .unsuitable(path: folder, problem: "expected a folder, found a file", remedy: "name the folder")
        }
        guard let stream = opendir(folder) else {
            throw .unreadable(path: folder, reason: String(cString: strerror(errno)))
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
