import MartletCore

/// What can go wrong with a device. Every message says what was expected, what was found and what to do.
public enum DeviceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No usable device: what was looked for, what was found, the remedy. At most six lines, the first complete by itself.
    case unavailable(String)
    /// A selection such as `opencl:gtx` that means nothing or names no device.
    case badSelection(String)
    /// An allocation that the device cannot hold.
    case outOfMemory(purpose: String, bytes: Int, limit: Int)
    /// A call into the driver failed.
    case call(name: String, code: String, context: String)
    /// A kernel did not compile; the log is the compiler's.
    case build(kernel: String, log: String)

    public var description: String {
        switch self {
        case .unavailable(let text), .badSelection(let text): text
        case .outOfMemory(let purpose, let bytes, let limit):
            "the device cannot hold \(purpose): \(bytes) bytes are needed, \(limit) can be had; use a smaller batch or model, or another device"
        case .call(let name, let code, let context): "\(name) failed with \(code) (\(context))"
        case .build(let kernel, let log): "the kernel '\(kernel)' does not compile on this device:\n\(log)"
        }
    }
}
