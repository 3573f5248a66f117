import MartletBackend
import MartletCore
import MartletOpenCL

// Raw OpenCL objects are `OpaquePointer`s, as C's `cl_context`, `cl_mem` and so on come to Swift.
extension ComputeDevice {
    /// A device in a `cl_context` with an in-order `cl_command_queue` of yours, both of which are retained. What Martlet
    /// enqueues takes its place among your own commands.
    /// - Throws: `ComputeError.device` for a queue of another context or one that runs commands out of order.
    public static func adopting(context: OpaquePointer, queue: OpaquePointer) throws(ComputeError) -> ComputeDevice {
        let adopted = try wrap { () throws(DeviceError) in
            try OpenCLDevice(try OpenCLContext.adopting(context: context, queue: queue))
        }
        return ComputeDevice(adopted, reason: "because its context was given")
    }

    /// The `cl_context` and the `cl_command_queue`, which live as long as the device; nil on other backends.
    public var openCLContext: OpaquePointer? { (backend as? OpenCLDevice)?.context.rawContext }
    public var openCLQueue: OpaquePointer? { (backend as? OpenCLDevice)?.context.rawQueue }

    /// Lets everything that is enqueued from now on wait for a `cl_event` of the context.
    /// - Throws: `ComputeError.device`, `closed`; `data` on other backends.
    public func wait(for event: OpaquePointer) throws(ComputeError) {
        try requireOpen()
        let context = try openCL("wait").context
        try wrap { () throws(DeviceError) in try context.wait(for: event) }
    }

    fileprivate func openCL(_ operation: String) throws(ComputeError) -> OpenCLDevice {
        guard let device = backend as? OpenCLDevice else {
            throw .data(operation: operation, expected: "an OpenCL device", found: name)
        }
        return device
    }
}

extension Tensor {
    /// A tensor that lies in a `cl_mem` of the device's context, which is retained and never written to. Nobody else may
    /// write to it while the tensor, or one that was reshaped from it or is not yet computed, lives.
    /// - Throws: `data` on other backends; `device` for memory of another context or too little of it; `closed`.
    public static func wrapping(
        openCLMemory memory: OpaquePointer, _ type: TensorType, on device: ComputeDevice
    ) throws(ComputeError) -> Tensor {
        try device.requireOpen()
        let openCL = try device.openCL("wrapping")
        try require(type.byteCount, type, "wrapping")
        let buffer = try wrap { () throws(DeviceError) in try openCL.context.adoptBuffer(memory, byteCount: type.byteCount) }
        let adopted = OpenCLDeviceBuffer(openCL, buffer, type.dtype, count: type.elementCount)
        return Tensor(DeferredValue(device, type, .stored(device.memory.adopt(adopted))))
    }

    /// The `cl_mem` in which the value lies from its start, and an event that is done when it is there. The memory is the
    /// tensor's and not to be written to; retain it to keep it beyond the tensor, whose memory may be used again then.
    /// - Throws: `data` on other backends; `device`, `closed`, `traced`.
    public func openCLMemory() throws(ComputeError) -> (memory: OpaquePointer, event: OpenCLEvent) {
        let openCL = try device.openCL("openCLMemory")
        guard let buffer = try storage(operation: "openCLMemory").buffer as? OpenCLDeviceBuffer else {
            throw .closed(device: device.name)
        }
        let event = try wrap { () throws(DeviceError) in
            let event = try openCL.context.marker()
            try openCL.context.flush()
            return event
        }
        return (buffer.memory.raw, event)
    }
}
