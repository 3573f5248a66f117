internal import CMartletOpenCL
import MartletBackend
import Synchronization

/// One device with its context and its in-order queue.
///
/// All methods, and those of buffers, programs, kernels and events made from it, may be called from any thread. Commands
/// run one after another in the order in which they were enqueued; threads that need an order among their commands must
/// agree on it themselves.
public final class OpenCLContext: Sendable {
    /// What its device says of itself.
    public let device: OpenCLDeviceInfo
    let id: DeviceHandle
    let context: OwnedHandle
    let queue: OwnedHandle
    /// Bytes of all buffers alive.
    let allocated = Atomic<Int>(0)
    let refusedBriefSource = Atomic<Bool>(false)
    /// Whether no `BriefSource` has failed to build.
    package var takesBriefSources: Bool { !refusedBriefSource.load(ordering: .relaxed) }

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

    private init(_ device: OpenCLDeviceInfo, _ id: DeviceHandle, context: consuming OwnedHandle, queue: consuming OwnedHandle) {
        self.device = device
        self.id = id
        self.context = context
        self.queue = queue
    }

    /// Works in a context and a queue that somebody else made: a `cl_context` and a `cl_command_queue`, both of which are
    /// retained. Commands take their place among the maker's own.
    /// - Throws: `DeviceError.unavailable` for a queue that is not of the context, or that runs commands out of order, or a
    ///   device that this process's loader does not list; `DeviceError.call`.
    public static func adopting(context: OpaquePointer, queue: OpaquePointer) throws(DeviceError) -> OpenCLContext {
        let library = try OpenCLLibrary.shared.get()
        var owner: cl_context?
        var handle: cl_device_id?
        var isOutOfOrder: Int32 = 0
        try check(martlet_cl_queue_info(queue, &owner, &handle, &isOutOfOrder), "clGetCommandQueueInfo", "the queue to adopt")
        guard owner == context else { throw .unavailable("expected a queue of the context, found one of another context") }
        guard isOutOfOrder == 0 else {
            throw .unavailable("expected an in-order queue, found one that runs commands out of order; make one without CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE")
        }
        guard let index = library.handles.firstIndex(where: { $0.device == handle }) else {
            throw .unavailable("the queue's device is none of the \(library.handles.count) that the loader \(library.path) lists")
        }
        let device = library.devices[index]
        try device.checkLinker()
        try check(martlet_cl_retain_context(context), "clRetainContext", "device \(device.label)")
        let keptContext = OwnedHandle(owning: context, release: martlet_cl_release_context)
        try check(martlet_cl_retain_queue(queue), "clRetainCommandQueue", "device \(device.label)")
        let keptQueue = OwnedHandle(owning: queue, release: martlet_cl_release_queue)
        return OpenCLContext(device, library.handles[index], context: keptContext, queue: keptQueue)
    }

    /// The `cl_context` and the `cl_command_queue`, which live as long as this does.
    public var rawContext: OpaquePointer { context.raw }
    /// The `cl_command_queue`, which lives as long as this does.
    public var rawQueue: OpaquePointer { queue.raw }

    /// Lets everything that is enqueued from now on wait for a `cl_event` of the same context.
    /// - Throws: `DeviceError.call`.
    public func wait(for event: OpaquePointer) throws(DeviceError) {
        try check(martlet_cl_enqueue_barrier(queue.raw, event), "clEnqueueBarrierWithWaitList", "device \(device.label)")
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
