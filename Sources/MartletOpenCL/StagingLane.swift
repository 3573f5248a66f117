internal import CMartletOpenCL
import MartletBackend

/// The way of batches to a buffer beside the launches: memory of the host's, and a queue of its own.
///
/// It is `@unchecked Sendable` because it alone holds its memory, and is only reached with its buffer's mutex held.
final class StagingLane: @unchecked Sendable {
    private let buffer: OpenCLBuffer
    private let queue: OwnedHandle
    private let memory: UnsafeMutableRawBufferPointer

    private var context: OpenCLContext { buffer.context }

    init(_ buffer: OpenCLBuffer) throws(DeviceError) {
        let context = buffer.context
        queue = try OwnedHandle(
            "clCreateCommandQueue", "staging, device \(context.device.label)", release: martlet_cl_release_queue
        ) { martlet_cl_create_queue(context.context.raw, context.id.device, 0, $0) }
        memory = .allocate(byteCount: max(1, buffer.byteCount), alignment: 4096)
        self.buffer = buffer
    }

    deinit {
        // The last write may be reading the memory.
        _ = martlet_cl_finish(queue.raw)
        memory.deallocate()
    }

    /// Fills the memory and sends it off; launches enqueued later wait for it, the caller does not.
    func write(_ count: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Void) throws(DeviceError) {
        precondition(count <= buffer.byteCount, "\(count) bytes do not fit '\(buffer.purpose)'")
        // Done long ago as a rule: the launches that read what it wrote are.
        try check(martlet_cl_finish(queue.raw), "clFinish", "staging of \(buffer.purpose), device \(context.device.label)")
        fill(UnsafeMutableRawBufferPointer(rebasing: memory[..<count]))
        guard count > 0 else { return }
        var event: cl_event?
        try check(
            martlet_cl_enqueue_write(queue.raw, buffer.handle.raw, 0, 0, count, memory.baseAddress, &event),
            "clEnqueueWriteBuffer", "staging of \(buffer.purpose), device \(context.device.label)")
        let written = try OpenCLEvent(owning: event, of: "clEnqueueWriteBuffer", on: context)
        try check(martlet_cl_flush(queue.raw), "clFlush", "staging, device \(context.device.label)")
        try context.wait(for: written)
    }
}
