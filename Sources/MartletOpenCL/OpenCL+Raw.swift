// The driver's own objects, for a library that enqueues kernels of its own: CLBlast in the benchmark suite.

extension OpenCLContext {
    /// A `cl_command_queue`; the context keeps it.
    package var rawQueue: OpaquePointer { queue.raw }
}

extension OpenCLDeviceBuffer {
    /// A `cl_mem`; the buffer keeps it.
    package var raw: OpaquePointer { memory.handle.raw }
}
