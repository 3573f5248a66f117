/// A driver that the loader found, with its devices.
public struct OpenCLPlatformInfo: Hashable, Sendable, Codable {
    public var index: Int
    public var name: String
    public var vendor = ""
    public var version = ""
    public var devices: [OpenCLDeviceInfo] = []
    /// Why there are no devices, where there are none.
    public var note: String?

    public init(index: Int, name: String) {
        self.index = index
        self.name = name
    }
}
