internal import CMartletOpenCL
import MartletBackend

/// A kernel with its arguments: what one launch of a plan owns.
///
/// The arguments are set once, here, and never change; so a kernel may be enqueued from any thread, and it keeps alive
/// the buffers it was given (OpenCL itself does not).
public final class OpenCLKernel: Sendable {
    /// What it was made from.
    public let program: OpenCLProgram
    /// Of the function in the program.
    public let name: String
    /// In their order.
    public let arguments: [OpenCLArgument]
    let handle: OwnedHandle

    /// Where its program was built.
    public var context: OpenCLContext { program.context }

    /// - Throws: `DeviceError.call` for a kernel that the program lacks, or an argument of the wrong size or number.
    public init(_ program: OpenCLProgram, _ name: String, _ arguments: [OpenCLArgument]) throws(DeviceError) {
        let handle = try OwnedHandle(
            "clCreateKernel", "kernel '\(name)' of '\(program.name)'", release: martlet_cl_release_kernel
        ) { martlet_cl_create_kernel(program.handle.raw, name, $0) }
        for (index, argument) in arguments.enumerated() {
            try check(
                set(argument, index, of: handle.raw), "clSetKernelArg", "argument \(index) (\(argument)) of kernel '\(name)'")
        }
        self.handle = handle
        self.program = program
        self.name = name
        self.arguments = arguments
    }

    /// The largest work-group that this kernel can run in on its device.
    /// - Throws: `DeviceError.call`.
    public var largestWorkGroup: Int {
        get throws(DeviceError) { try groupInfo(CL_KERNEL_WORK_GROUP_SIZE) }
    }

    /// The number of work-items that the device runs in step (32 or 64 on a GPU).
    /// - Throws: `DeviceError.call`.
    public var preferredWorkGroupMultiple: Int {
        get throws(DeviceError) { try groupInfo(CL_KERNEL_PREFERRED_WORK_GROUP_SIZE_MULTIPLE) }
    }

    /// Gives the buffer of a region's argument. The kernel does not keep it alive.
    /// - Throws: `DeviceError.call`.
    func setArgument(_ index: Int, _ buffer: OpenCLBuffer) throws(DeviceError) {
        try check(
            set(.buffer(buffer), index, of: handle.raw), "clSetKernelArg",
            "argument \(index) (\(OpenCLArgument.buffer(buffer))) of kernel '\(name)'")
    }

    private func groupInfo(_ property: Int32) throws(DeviceError) -> Int {
        var size = 0
        let status = martlet_cl_kernel_group_info(
            handle.raw, context.id.device, cl_kernel_work_group_info(property), MemoryLayout<Int>.size, &size)
        try check(status, "clGetKernelWorkGroupInfo", "kernel '\(name)'")
        return size
    }
}

extension OpenCLArgument: CustomStringConvertible {
    /// As errors show it.
    public var description: String {
        switch self {
        case .buffer(let buffer): "buffer of \(buffer.byteCount) bytes for \(buffer.purpose)"
        case .region(let region): "buffer for \(region)"
        case .null: "null"
        case .int32(let value): "\(value)"
        case .uint32(let value): "\(value)"
        case .uint64(let value): "\(value)"
        case .float(let value): "\(value)"
        case .local(let byteCount): "\(byteCount) local bytes"
        }
    }
}

private func set(_ argument: OpenCLArgument, _ index: Int, of kernel: cl_kernel) -> cl_int {
    func set<T>(_ value: T) -> cl_int {
        withUnsafePointer(to: value) {
            martlet_cl_set_argument(kernel, cl_uint(index), MemoryLayout<T>.size, $0)
        }
    }
    return switch argument {
    case .buffer(let buffer): set(buffer.handle.raw)
    case .region: CL_SUCCESS
    case .null: martlet_cl_set_argument(kernel, cl_uint(index), MemoryLayout<cl_mem>.size, nil)
    case .int32(let value): set(value)
    case .uint32(let value): set(value)
    case .uint64(let value): set(value)
    case .float(let value): set(value)
    case .local(let byteCount): martlet_cl_set_argument(kernel, cl_uint(index), byteCount, nil)
    }
}
