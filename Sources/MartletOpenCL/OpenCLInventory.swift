import MartletBackend

/// What OpenCL there is on this machine: a value, so that choosing a device and explaining the lack of one can be tried
/// without any.
public struct OpenCLInventory: Hashable, Sendable, Codable {
    /// The loader that was opened; nil where none could be.
    public var library: String?
    /// What was tried, where none could be.
    public var libraryProblem: String?
    /// Where the loader looks for drivers.
    public var vendors: VendorFolder
    /// In the loader's order.
    public var platforms: [OpenCLPlatformInfo]

    /// Of all platforms, in order.
    public var devices: [OpenCLDeviceInfo] { platforms.flatMap(\.devices) }

    /// What was found.
    public init(library: String?, libraryProblem: String?, vendors: VendorFolder, platforms: [OpenCLPlatformInfo]) {
        self.library = library
        self.libraryProblem = libraryProblem
        self.vendors = vendors
        self.platforms = platforms
    }

    /// Looks at this machine.
    public static func survey() -> OpenCLInventory {
        let vendors = VendorFolder.read(environment: environmentValue)
        return switch OpenCLLibrary.shared {
        case .success(let library):
            OpenCLInventory(
                library: library.path, libraryProblem: nil, vendors: vendors, platforms: library.platforms)
        case .failure(let error):
            OpenCLInventory(library: nil, libraryProblem: "\(error)", vendors: vendors, platforms: [])
        }
    }
}
