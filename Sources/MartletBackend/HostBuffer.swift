/// A buffer whose memory the host can read where it lies, once the device has finished.
public protocol HostBuffer: Buffer {
    /// The first element; it stays there as long as the buffer lives.
    var hostMemory: UnsafeRawPointer { get }
}
