internal import CMartletOpenCL
import MartletBackend

/// Launches that the driver has recorded, with the arguments that their kernels had then (`cl_khr_command_buffer`).
///
/// It keeps alive neither the kernels nor their buffers, and must not be enqueued again before the last time is over.
final class CommandBuffer: Sendable {
    let handle: OwnedHandle

    /// - Throws: `DeviceError.call` for a platform that has none.
    init(_ launches: UnsafePointer<martlet_cl_launch>, count: Int, in context: OpenCLContext) throws(DeviceError) {
        handle = try OwnedHandle(
            "clCreateCommandBufferKHR", "\(count) launches, device \(context.device.label)", release: martlet_cl_release_recording
        ) { martlet_cl_record_launches(context.id.platform, context.queue.raw, launches, count, $0) }
    }

    func enqueue(in context: OpenCLContext, _ event: inout cl_event?) -> cl_int {
        martlet_cl_enqueue_recording(context.queue.raw, handle.raw, &event)
    }
}
