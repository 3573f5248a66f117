internal import CMartletOpenCL
import MartletBackend

/// The loader, opened at most once in a process, and what it found. Safe to use from any thread.
public final class OpenCLLibrary: Sendable {
    /// The path that was opened.
    public let path: String
    /// In the loader's order, those without devices included.
    public let platforms: [OpenCLPlatformInfo]
    /// In the order of `OpenCLDeviceInfo.index`.
    let handles: [DeviceHandle]

    /// All devices of all platforms.
    public var devices: [OpenCLDeviceInfo] { platforms.flatMap(\.devices) }

    /// The loader of this process; what was tried, where there is none.
    public static let shared: Result<OpenCLLibrary, DeviceError> = open()

    /// Whether `path` is a library that Martlet could use; changes nothing.
    /// - Throws: `DeviceError.unavailable` with the reason where it is not.
    public static func inspect(_ path: String) throws(DeviceError) {
        let (usable, message) = withMessage { martlet_cl_inspect(path, $0, $1) }
        guard usable else { throw .unavailable(message) }
    }

    /// Why the dynamic linker cannot open a driver; nil where it can.
    static func reasonNotToLoad(_ path: String) -> String? {
        let (loadable, message) = withMessage { martlet_cl_can_load(path, $0, $1) }
        return loadable ? nil : message
    }

    /// The driver's handle for a device of this process.
    /// - Throws: `DeviceError.unavailable` for a device that is not one of `devices`.
    func handle(of device: OpenCLDeviceInfo) throws(DeviceError) -> DeviceHandle {
        guard handles.indices.contains(device.index) else {
            throw .unavailable("there is no OpenCL device \(device.label); this process sees \(handles.count)")
        }
        return handles[device.index]
    }

    private init(path: String) {
        self.path = path
        (platforms, handles) = survey()
    }

    private static func open() -> Result<OpenCLLibrary, DeviceError> {
        let (opened, message) = withMessage { martlet_cl_open($0, $1) }
        return opened ? .success(OpenCLLibrary(path: message)) : .failure(.unavailable(message))
    }
}

/// Calls a function of the shim that answers yes or no and gives a reason.
private func withMessage(_ body: (UnsafeMutablePointer<CChar>, Int) -> Int32) -> (Bool, String) {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
        let text = buffer.baseAddress.unsafelyUnwrapped
        text.pointee = 0
        let answer = body(text, buffer.count)
        return (answer != 0, String(cString: text))
    }
}
