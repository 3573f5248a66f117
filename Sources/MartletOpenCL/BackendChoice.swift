/// What a selection came to, and why.
public struct BackendChoice: Hashable, Sendable, CustomStringConvertible {
    /// nil for the CPU path.
    public var device: OpenCLDeviceInfo?
    /// Begins with "because".
    public var reason: String

    /// A device, or nil for the CPU path, and why.
    public init(device: OpenCLDeviceInfo?, reason: String) {
        self.device = device
        self.reason = reason
    }

    /// `OpenCL device 0.0 'X', because ...`, for stderr.
    public var description: String { "\(device.map { "OpenCL device \($0.label)" } ?? "CPU path"), \(reason)" }
}
