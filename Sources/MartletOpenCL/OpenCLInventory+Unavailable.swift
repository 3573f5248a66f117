import MartletBackend

extension OpenCLInventory {
    static let remedy = "apt-get install pocl-opencl-icd ocl-icd-libopencl1"

    /// The error for a machine without a usable device: at most six lines, the first complete by itself.
    public var unavailable: DeviceError {
        let lines = [
            "no usable OpenCL device: \(lack)" + (library == nil && namesLibrary != nil ? "" : "; on Debian: \(Self.remedy)"),
            "  loader library: \(library.map { "\($0) (opened)" } ?? libraryProblem ?? "none")",
            "  vendors folder: \(vendors.summary)",
            "  platforms: \(list(platforms.map(named)))",
            "  devices: \(list(devices.map { $0.usable ? $0.label : "\($0.label) (not available)" }))",
            "  an NVIDIA GPU needs its driver's OpenCL part (nvidia-opencl-icd); 'martlet doctor' shows more, '--backend cpu' needs none",
        ]
        return .unavailable(lines.map(oneLine).joined(separator: "\n"))
    }

    /// The first thing that is missing.
    var lack: String {
        if library == nil, let namesLibrary {
            return "MARTLET_OPENCL_LIBRARY names '\(namesLibrary)', which cannot be opened (unset or correct it)"
        }
        if library == nil { return "no loader library (libOpenCL.so.1) could be opened" }
        if platforms.isEmpty { return "the loader found no driver" }
        if devices.isEmpty { return "no driver has a device" }
        return "no device is available with a compiler"
    }

    /// The one library that the user lets be tried.
    private var namesLibrary: String? { environmentValue("MARTLET_OPENCL_LIBRARY").flatMap { $0.isEmpty ? nil : $0 } }

    private func named(_ platform: OpenCLPlatformInfo) -> String {
        platform.name + (platform.note.map { " (\($0))" } ?? "")
    }

    private func list(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }

    /// A driver's text may hold line breaks.
    private func oneLine(_ text: String) -> String { String(text.map { $0.isNewline ? " " : $0 }) }
}
