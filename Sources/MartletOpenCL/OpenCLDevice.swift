import MartletBackend
import MartletCore
import MartletOps
import Synchronization

/// An OpenCL device as a backend.
public final class OpenCLDevice: Device {
    public let context: OpenCLContext
    public let deviceClass: DeviceClass
    let programs: ProgramLibrary
    /// Whether something was launched for the first time since programs were last saved.
    let hasNewLaunches = Atomic<Bool>(false)

    public let backend = "opencl"
    /// `OpenCL 0.0 NVIDIA H100 (NVIDIA CUDA)`
    public var name: String { "OpenCL \(context.device.address) \(context.device.name) (\(context.device.platformName))" }
    public var largestBuffer: Int { context.device.largestAllocation }

    /// Opens a device.
    /// - Parameter deviceClass: which kernels to use; by default what the device is, or `MARTLET_OPENCL_CLASS`.
    /// - Throws: `DeviceError.unavailable`, `DeviceError.call`; `badSelection` for an unknown `MARTLET_OPENCL_CLASS`.
    public init(_ device: OpenCLDeviceInfo, deviceClass: DeviceClass? = nil) throws(DeviceError) {
        self.deviceClass = if let deviceClass { deviceClass } else { try DeviceClass(device) }
        context = try OpenCLContext(device)
        programs = ProgramLibrary(context)
        launchEvery(everyOperation)
    }

    public func makeBuffer(_ dtype: DType, count: Int, purpose: String) throws(DeviceError) -> any Buffer {
        let memory = try context.makeBuffer(byteCount: count * dtype.byteCount, purpose: purpose)
        try memory.fill()
        return OpenCLDeviceBuffer(self, memory, dtype, count: count)
    }

    public func prepare(_ program: Program, regions: [Region: any Buffer]) throws(DeviceError) -> any Executable {
        try OpenCLExecutable(program, regions.mapValues { memory(of: $0) }, on: self)
    }

    public func finish() throws(DeviceError) {
        try context.finish()
        saveNewPrograms()
    }

    /// A driver that compiles at the first launch has more to store after it.
    func saveNewPrograms() {
        if hasNewLaunches.exchange(false, ordering: .relaxed) { programs.save() }
    }

    private func memory(of buffer: any Buffer) -> OpenCLBuffer {
        guard let buffer = buffer as? OpenCLDeviceBuffer, buffer.device === self else {
            preconditionFailure("a buffer of another device was bound to a program for \(name)")
        }
        return buffer.memory
    }
}
