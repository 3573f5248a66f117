internal import CMartletOpenCL
import MartletBackend

/// The end of one command. Safe to use from any thread.
public final class OpenCLEvent: Sendable {
    private let context: OpenCLContext
    private let call: StaticString
    private let handle: OwnedHandle

    /// - Throws: `DeviceError.call` where the driver gave no event.
    init(owning event: OpaquePointer?, of call: StaticString, on context: OpenCLContext) throws(DeviceError) {
        guard let event else { throw .call(name: "\(call)", code: "no event", context: "device \(context.device.label)") }
        handle = OwnedHandle(owning: event, release: martlet_cl_release_event)
        self.call = call
        self.context = context
    }

    /// The `cl_event`, which lives as long as this does.
    public var raw: OpaquePointer { handle.raw }

    /// Waits for the command.
    /// - Throws: `DeviceError.call`, also where the command failed on the device.
    public func wait() throws(DeviceError) {
        try check(martlet_cl_wait(handle.raw), "clWaitForEvents", "the end of \(call), device \(context.device.label)")
    }

    /// Has a queue wait for the command.
    func enqueueBarrier(in queue: OpaquePointer) -> cl_int { martlet_cl_enqueue_barrier(queue, handle.raw) }

    /// Whether the command is done.
    /// - Throws: `DeviceError.call` where the command failed on the device.
    public var isDone: Bool {
        get throws(DeviceError) {
            var state = cl_int(CL_QUEUED)
            try check(martlet_cl_event_status(handle.raw, &state), "clGetEventInfo", "the state of \(call)")
            try check(min(state, 0), "clGetEventInfo", "\(call) failed on device \(context.device.label)")
            return state == CL_COMPLETE
        }
    }

    /// When the device began and ended the command, in nanoseconds of its own clock.
    /// - Throws: `DeviceError.call` where the context was made without profiling.
    public var times: (start: UInt64, end: UInt64) {
        get throws(DeviceError) {
            var (start, end): (cl_ulong, cl_ulong) = (0, 0)
            try check(martlet_cl_event_times(handle.raw, &start, &end), "clGetEventProfilingInfo", "the times of \(call)")
            return (UInt64(start), UInt64(end))
        }
    }
}
