// What the benchmark suite needs beside the contract: the driver's own objects, for a library that enqueues kernels of its own
// (CLBlast), and the text of a kernel that no operation launches.

import MartletBackend

extension OpenCLDeviceBuffer {
    /// A `cl_mem`; the buffer keeps it.
    package var raw: OpaquePointer { memory.handle.raw }
}

extension OpenCLProgram {
    /// A file of `Kernels/` with everything it includes.
    package static func kernelText(_ file: String) throws(DeviceError) -> String { try KernelSource(file).text() }
}
