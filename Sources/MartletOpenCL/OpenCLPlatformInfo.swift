/// A driver that the loader found, with its devices.
public struct OpenCLPlatformInfo: Hashable, Sendable, Codable {
    /// In the loader's list, from 0.
    public var index: Int
    /// `CL_PLATFORM_NAME`.
    public var name: String
    /// `CL_PLATFORM_VENDOR`.
    public var vendor = ""
    /// `CL_PLATFORM_VERSION`.
    public var version = ""
    /// In the driver's order.
    public var devices: [OpenCLDeviceInfo] = []
    /// Why there are no devices, where there are none.
    public var note: String?

    /// A platform without devices.
    public init(index: Int, name: String) {
        self.index = index
        self.name = name
    }
}
