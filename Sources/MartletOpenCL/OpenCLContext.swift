internal import CMartletOpenCL
import MartletBackend
import Synchronization

/// One device with its context and its in-order queue.
///
/// All methods, and those of buffers, programs, kernels and events made from it, may be called from any thread. Commands
/// run one after another in the order in which they were enqueued; threads that need an order among their commands must
/// agree on it themselves.
public final class OpenCLContext: Sendable {
    public let device: OpenCLDeviceInfo
    let id: DeviceHandle
    let context: OwnedHandle
    let queue: OwnedHandle
    /// Bytes of all buffers alive.
    let allocated = Atomic<Int>(0)

    /// Opens a device.
    /// - Parameter profiling: events then know the device's times; this may slow launches down.
    /// - Throws: `DeviceError.unavailable` where there is no OpenCL or the device is not of this process,
    ///   `DeviceError.call` where the driver refuses.
    public init(_ device: OpenCLDeviceInfo, profiling: Bool = false) throws(DeviceError) {
        try device.checkLinker()
        let id = try OpenCLLibrary.shared.get().handle(of: device)
        let context = try OwnedHandle(
            "clCreateContext", "device \(device.label)", release: martlet_cl_release_context
        ) { martlet_cl_create_context(id.platform, id.device, $0) }
        queue = try OwnedHandle(
            "clCreateCommandQueue", "device \(device.label)", release: martlet_cl_release_queue
        ) { martlet_cl_create_queue(context.raw, id.device, profiling ? 1 : 0, $0) }
        self.context = context
        self.id = id
        self.device = device
    }

    /// Hands what was enqueued to the device, without waiting.
    /// - Throws: `DeviceError.call`.
    public func flush() throws(DeviceError) {
        try check(martlet_cl_flush(queue.raw), "clFlush", "device \(device.label)")
    }

    /// Waits for everything that was enqueued.
    /// - Throws: `DeviceError.call`, also for a command that failed on the device.
    public func finish() throws(DeviceError) {
        try check(martlet_cl_finish(queue.raw), "clFinish", "device \(device.label)")
    }

    /// Lets what is enqueued later wait for an event of another queue.
    /// - Throws: `DeviceError.call`.
    func wait(for event: OpenCLEvent) throws(DeviceError) {
        let status = event.enqueueBarrier(in: queue.raw)
        // A driver without barriers: the host waits.
        if status == CL_INVALID_OPERATION { return try event.wait() }
        try check(status, "clEnqueueBarrierWithWaitList", "device \(device.label)")
    }

    /// An event that is done when everything enqueued so far is.
    /// - Throws: `DeviceError.call`.
    public func marker() throws(DeviceError) -> OpenCLEvent {
        var event: cl_event?
        try check(martlet_cl_enqueue_marker(queue.raw, &event), "clEnqueueMarkerWithWaitList", "device \(device.label)")
        return try OpenCLEvent(owning: event, of: "clEnqueueMarkerWithWaitList", on: self)
    }
}
