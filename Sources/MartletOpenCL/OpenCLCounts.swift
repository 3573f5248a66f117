internal import CMartletOpenCL

/// How many calls of each kind were made: how "a step sets no argument, allocates nothing and waits once" is checked.
public struct OpenCLCounts: Hashable, Sendable, Codable {
    /// Commands put into a queue.
    public var enqueues: UInt64
    /// Kernel arguments set.
    public var arguments: UInt64
    /// Calls that wait for the device.
    public var blocking: UInt64
    /// Contexts, queues, buffers, programs and kernels created.
    public var allocations: UInt64

    /// By all threads since `reset()`.
    public static var all: OpenCLCounts { OpenCLCounts(martlet_cl_count) }
    /// By the calling thread, ever: for a measurement that others must not disturb.
    public static var thisThread: OpenCLCounts { OpenCLCounts(martlet_cl_thread_count) }

    /// Sets `all` to zero.
    public static func reset() { martlet_cl_reset_counts() }

    /// What was counted between two moments.
    public static func - (a: OpenCLCounts, b: OpenCLCounts) -> OpenCLCounts {
        var difference = a
        difference.enqueues &-= b.enqueues
        difference.arguments &-= b.arguments
        difference.blocking &-= b.blocking
        difference.allocations &-= b.allocations
        return difference
    }

    private init(_ count: (martlet_cl_counter) -> UInt64) {
        enqueues = count(MARTLET_CL_ENQUEUES)
        arguments = count(MARTLET_CL_ARGUMENTS)
        blocking = count(MARTLET_CL_BLOCKING)
        allocations = count(MARTLET_CL_ALLOCATIONS)
    }
}
