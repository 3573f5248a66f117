internal import CMartletOpenCL
import MartletBackend

/// A queue that keeps times, beside the one that steps go through: keeping them would slow every step down.
final class TimedLane: Sendable {
    private let context: OpenCLContext
    private let queue: OwnedHandle

    /// - Throws: `DeviceError.call` for a driver that keeps no times.
    init(_ context: OpenCLContext) throws(DeviceError) {
        queue = try OwnedHandle(
            "clCreateCommandQueue", "with times, device \(context.device.label)", release: martlet_cl_release_queue
        ) { martlet_cl_create_queue(context.context.raw, context.id.device, 1, $0) }
        self.context = context
    }

    /// Runs a recorded step by itself and waits for it.
    /// - Returns: when each kernel was under way. The device's own clock is set by its last kernel, which ended when the host
    ///   had word of it.
    func run(_ replay: Replay, _ step: UnsafeRawBufferPointer) throws(DeviceError) -> [LaunchSpan] {
        try replay.finish()
        try context.finish()
        let parameters = replay.parameters
        try check(
            martlet_cl_enqueue_write(queue.raw, parameters.handle.raw, 1, 0, step.count, step.baseAddress, nil),
            "clEnqueueWriteBuffer", "step parameters, device \(context.device.label)")
        var events: [OpenCLEvent] = []
        for launch in replay.launches {
            var raw = launch.raw
            var event: cl_event?
            try check(martlet_cl_enqueue_launch(queue.raw, &raw, &event), "clEnqueueNDRangeKernel", context.describe(launch))
            events.append(try OpenCLEvent(owning: event, of: "clEnqueueNDRangeKernel", on: context))
        }
        try check(martlet_cl_finish(queue.raw), "clFinish", "a timed step, device \(context.device.label)")
        let now = HostClock.nanoseconds
        var times: [(start: UInt64, end: UInt64)] = []
        for event in events { times.append(try event.times) }
        guard let last = times.last?.end else { return [] }
        return times.map { time in
            LaunchSpan(start: now - Int64(bitPattern: last &- time.start), end: now - Int64(bitPattern: last &- time.end))
        }
    }
}
