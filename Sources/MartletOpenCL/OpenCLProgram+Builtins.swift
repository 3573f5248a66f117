import MartletBackend

/// A text that PoCL builds in a fifth of the time.
///
/// PoCL has Clang read opencl-c.h, the declarations of every builtin function there is, twice for each program: 80 of 100 ms.
/// With that header's guard defined it is empty, and the text brings the few declarations that kernels of Martlet need.
struct BriefSource {
    let text: String
    let options: String

    /// - Returns: nil for a driver that reads no such header.
    init?(_ source: String, options: String, for device: OpenCLDeviceInfo) {
        guard device.isPoCL, let builtins = try? KernelSource("OpenCL/builtins.h").text() else { return nil }
        text = builtins + source
        self.options = options + " -D _OPENCL_H_"
    }
}
