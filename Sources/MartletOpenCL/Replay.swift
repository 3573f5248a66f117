internal import CMartletOpenCL
import MartletBackend
import Synchronization

/// A recorded step: launches that are enqueued in order, again and again, with no argument set and nothing allocated.
///
/// At most `depth` steps are in flight: before step s the end of step s - depth is waited for, and that is the only call
/// that may block. Each step first writes its parameters (a `martlet_step`) to `parameters`, without waiting, from memory
/// that stays untouched until the step is done. Launches are enqueued one by one, or all at once as the driver recorded
/// them. May be called from any thread; steps run in the order of the calls.
public final class Replay: Sendable {
    /// The first to go: what the driver recorded must not outlive its kernels.
    private let ring: Mutex<Ring>
    /// In the order in which they are enqueued.
    public let launches: [OpenCLLaunch]
    /// What each step begins with writing.
    public let parameters: OpenCLBuffer
    /// The number of steps that may be in flight.
    public let depth: Int
    /// How launches come to the device.
    package let variant: ReplayVariant

    private var context: OpenCLContext { parameters.context }

    /// Records the launches.
    /// - Parameters:
    ///   - parameters: the step-parameter buffer that the kernels were given.
    ///   - depth: the number of steps that may be in flight.
    public convenience init(_ launches: [OpenCLLaunch], parameters: OpenCLBuffer, depth: Int = 4) {
        self.init(launches, parameters: parameters, depth: depth, variant: .calls)
    }

    /// - Parameter variant: which of the two ways; single calls where the driver does not record the launches.
    package init(_ launches: [OpenCLLaunch], parameters: OpenCLBuffer, depth: Int = 4, variant: ReplayVariant) {
        precondition(depth > 0, "no step may be in flight")
        precondition(parameters.byteCount > 0, "the step parameters have no bytes")
        self.launches = launches
        self.parameters = parameters
        self.depth = depth
        var ring = Ring(launches.map(\.raw), depth: depth, slotSize: parameters.byteCount)
        if variant == .commandBuffer { ring.record(in: parameters.context) }
        self.variant = ring.commandBuffers.isEmpty ? .calls : .commandBuffer
        self.ring = Mutex(ring)
    }

    /// Enqueues one step with its parameters.
    /// - Throws: `DeviceError.call` for what this step, or an earlier one that has been waited for, met. After an error the
    ///   replay is over: every later call throws the same.
    /// - Precondition: the bytes fill the parameter buffer.
    public func enqueue(_ step: UnsafeRawBufferPointer) throws(DeviceError) {
        precondition(
            step.count == parameters.byteCount, "\(step.count) bytes for \(parameters.byteCount) of step parameters")
        try ring.withLock { (ring) throws(DeviceError) in
            if let failure = ring.failure { throw failure }
            do throws(DeviceError) {
                try enqueue(step, &ring)
            } catch {
                ring.failure = error
                // A write may still be reading its slot: let the queue run dry before anybody frees it.
                _ = martlet_cl_finish(context.queue.raw)
                throw error
            }
        }
    }

    /// Enqueues one step with its parameters, given as a C structure.
    /// - Throws: as the other.
    public func enqueue<Step: BitwiseCopyable>(_ step: Step) throws(DeviceError) {
        try Swift.withUnsafeBytes(of: step) { (bytes) throws(DeviceError) in try enqueue(bytes) }
    }

    /// Waits for all steps in flight.
    /// - Throws: `DeviceError.call` where one failed.
    public func finish() throws(DeviceError) {
        try ring.withLock { (ring) throws(DeviceError) in
            if let failure = ring.failure { throw failure }
            do throws(DeviceError) {
                for slot in 0..<depth { try wait(for: slot, &ring) }
            } catch {
                ring.failure = error
                throw error
            }
        }
    }

    private func enqueue(_ step: UnsafeRawBufferPointer, _ ring: inout Ring) throws(DeviceError) {
        let slot = ring.next
        try wait(for: slot, &ring)
        let memory = ring.slots + slot * ring.slotSize
        memory.copyMemory(from: step.baseAddress!, byteCount: ring.slotSize)

        var event: cl_event?
        // Where there are no launches, the write is the step's end.
        let written = withUnsafeMutablePointer(to: &event) {
            martlet_cl_enqueue_write(
                context.queue.raw, parameters.handle.raw, 0, 0, ring.slotSize, memory, ring.count == 0 ? $0 : nil)
        }
        try check(written, "clEnqueueWriteBuffer", "step parameters, device \(context.device.label)")
        // A command buffer that the driver takes for busy has enqueued nothing; then launches go one by one.
        var launched = CL_INVALID_OPERATION
        if !ring.commandBuffers.isEmpty { launched = ring.commandBuffers[slot].enqueue(in: context, &event) }
        if launched == CL_INVALID_OPERATION {
            var done = 0
            launched = martlet_cl_enqueue_launches(context.queue.raw, ring.launches, ring.count, &done, &event)
            ring.ends[slot] = event
            try check(launched, "clEnqueueNDRangeKernel", "launch \(done) of the step: \(context.describe(launches[done]))")
        } else {
            ring.ends[slot] = event
            try check(launched, "clEnqueueCommandBufferKHR", "a step of \(ring.count) launches, device \(context.device.label)")
        }
        try check(martlet_cl_flush(context.queue.raw), "clFlush", "device \(context.device.label)")
        ring.next = (slot + 1) % depth
    }

    private func wait(for slot: Int, _ ring: inout Ring) throws(DeviceError) {
        guard let event = ring.ends[slot] else { return }
        let status = martlet_cl_wait(event)
        _ = martlet_cl_release_event(event)
        ring.ends[slot] = nil
        try check(status, "clWaitForEvents", "the end of a step, device \(context.device.label)")
    }
}

/// The steps in flight, and the memory that they read.
///
/// It is `@unchecked Sendable` because it alone holds its pointers, and is only reached with the mutex held.
private struct Ring: ~Copyable, @unchecked Sendable {
    let launches: UnsafeMutablePointer<martlet_cl_launch>
    let count: Int
    let slots: UnsafeMutableRawPointer
    let slotSize: Int
    /// The end of the step that used the slot last, until it has been waited for.
    var ends: [cl_event?]
    /// One to a slot, since none may be enqueued while it runs; none where launches are enqueued one by one.
    private(set) var commandBuffers: [CommandBuffer] = []
    var next = 0
    var failure: DeviceError?

    init(_ recorded: [martlet_cl_launch], depth: Int, slotSize: Int) {
        count = recorded.count
        launches = .allocate(capacity: max(1, count))
        launches.initialize(from: recorded, count: count)
        self.slotSize = slotSize
        slots = .allocate(byteCount: depth * slotSize, alignment: 64)
        ends = Array(repeating: nil, count: depth)
    }

    /// Leaves no command buffers where the driver records nothing: launches can always be enqueued one by one.
    mutating func record(in context: OpenCLContext) {
        guard count > 0 else { return }
        do throws(DeviceError) {
            for _ in ends { commandBuffers.append(try CommandBuffer(launches, count: count, in: context)) }
        } catch {
            commandBuffers = []
        }
    }

    deinit {
        for case let event? in ends {
            _ = martlet_cl_wait(event)
            _ = martlet_cl_release_event(event)
        }
        slots.deallocate()
        launches.deallocate()
    }
}
