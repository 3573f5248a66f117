import MartletBackend

/// Where the loader looks for drivers: a folder of `.icd` files, each of which names a driver's library.
public struct VendorFolder: Hashable, Sendable, Codable {
    /// An .icd file, which names a driver.
    public struct Entry: Hashable, Sendable, Codable {
        /// The `.icd` file; empty where the environment names a library itself.
        public var file: String
        /// The library that it names.
        public var library: String

        /// A file and the library that it names.
        public init(file: String, library: String) {
            self.file = file
            self.library = library
        }
    }

    /// Of the folder.
    public var path: String
    /// The environment variable that names it; nil for the usual folder.
    public var variable: String?
    /// Whether it can be listed.
    public var exists: Bool
    /// In the order of their names.
    public var entries: [Entry]

    /// Where loaders look unless they are told otherwise.
    public static let usualPath = "/etc/OpenCL/vendors"

    /// A folder and what is in it.
    public init(path: String, variable: String? = nil, exists: Bool, entries: [Entry]) {
        self.path = path
        self.variable = variable
        self.exists = exists
        self.entries = entries
    }

    /// Reads the folder that an environment leads the loader to.
    public static func read(environment: (String) -> String?) -> VendorFolder {
        for variable in ["OCL_ICD_VENDORS", "OPENCL_VENDOR_PATH"] {
            if let path = environment(variable), !path.isEmpty { return VendorFolder(path, variable) }
        }
        return VendorFolder(usualPath, nil)
    }

    /// `OCL_ICD_VENDORS` may also name one `.icd` file or one library.
    private init(_ path: String, _ variable: String?) {
        self.path = path
        self.variable = variable
        if let names = Files.list(path) {
            exists = true
            entries = names.filter { $0.hasSuffix(".icd") }.map { Entry(file: "\(path)/\($0)") }
        } else if path.hasSuffix(".icd") {
            exists = Files.read(path) != nil
            entries = exists ? [Entry(file: path)] : []
        } else {
            exists = false
            entries = path.hasSuffix(".so") || path.contains(".so.") ? [Entry(file: "", library: path)] : []
        }
    }

    /// `/etc/OpenCL/vendors: pocl.icd, nvidia.icd`
    public var summary: String {
        let names = entries.map { $0.file.isEmpty ? $0.library : String($0.file.split(separator: "/").last ?? "") }
        let found = !names.isEmpty ? names.joined(separator: ", ") : exists ? "no .icd files" : "not there"
        return "\(path) (\(variable.map { "from \($0)" } ?? "OCL_ICD_VENDORS is not set")): \(found)"
    }
}

extension VendorFolder.Entry {
    fileprivate init(file: String) {
        self.file = file
        library = trimmed(String(decoding: Files.read(file) ?? [], as: UTF8.self))
    }
}
