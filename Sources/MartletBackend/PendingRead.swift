import MartletCore

/// Elements on their way from a device to the host.
public protocol PendingRead: AnyObject, Sendable {
    /// Waits until they are there.
    func array() throws(DeviceError) -> HostArray
}

extension Buffer {
    /// Reads at once: right for devices on which nothing is under way when a call has returned.
    public func beginRead(_ type: TensorType, at offset: Int) throws(DeviceError) -> any PendingRead {
        FinishedRead(try read(type, at: offset))
    }
}

private final class FinishedRead: PendingRead {
    private let elements: HostArray
    init(_ elements: HostArray) { self.elements = elements }
    func array() -> HostArray { elements }
}
