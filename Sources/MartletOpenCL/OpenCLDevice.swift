import MartletBackend
import MartletCore
import MartletOps
import Synchronization

/// An OpenCL device as a backend.
public final class OpenCLDevice: Device {
    public let context: OpenCLContext
    public let deviceClass: DeviceClass
    let programs: ProgramLibrary
    /// Which variants of kernels it takes.
    package let tuning: Tuning
    /// Whether something was launched for the first time since programs were last saved.
    let hasNewLaunches = Atomic<Bool>(false)

    public let backend = "opencl"
    /// `OpenCL 0.0 NVIDIA H100 (NVIDIA CUDA)`
    public var name: String { "OpenCL \(context.device.address) \(context.device.name) (\(context.device.platformName))" }
    public var largestBuffer: Int { context.device.largestAllocation }

    /// Opens a device, with the kernels that were tuned for it.
    /// - Parameter deviceClass: which kernels to use; by default what the device is, or `MARTLET_OPENCL_CLASS`.
    /// - Throws: `DeviceError.unavailable`, `DeviceError.call`; `badSelection` for an unknown `MARTLET_OPENCL_CLASS`.
    public convenience init(_ device: OpenCLDeviceInfo, deviceClass: DeviceClass? = nil) throws(DeviceError) {
        let resolved = if let deviceClass { deviceClass } else { try DeviceClass(device) }
        self.init(try OpenCLContext(device), deviceClass: resolved)
    }

    /// A device in a context that is there already, such as one that was adopted.
    public convenience init(_ context: OpenCLContext, deviceClass: DeviceClass) {
        self.init(context, deviceClass: deviceClass, tuning: .known(of: DeviceTraits(context.device, deviceClass)))
    }

    /// A device that takes the variants it is told to.
    package convenience init(_ device: OpenCLDeviceInfo, deviceClass: DeviceClass, tuning: Tuning) throws(DeviceError) {
        self.init(try OpenCLContext(device), deviceClass: deviceClass, tuning: tuning)
    }

    /// - Parameter cache: of compiled programs.
    package init(_ context: OpenCLContext, deviceClass: DeviceClass, tuning: Tuning, cache: ProgramCache = .shared) {
        self.context = context
        self.deviceClass = deviceClass
        self.tuning = tuning
        programs = ProgramLibrary(context, cache)
        launchEvery(everyOperation)
    }

    public func makeBuffer(_ dtype: DType, count: Int, purpose: String) throws(DeviceError) -> any Buffer {
        let memory = try context.makeBuffer(byteCount: count * dtype.byteCount, purpose: purpose)
        try memory.fill()
        return OpenCLDeviceBuffer(self, memory, dtype, count: count)
    }

    public func shareBuffer(
        _ dtype: DType, count: Int, memory: UnsafeMutableRawPointer, onRelease: @escaping @Sendable () -> Void
    ) throws(DeviceError) -> (any Buffer)? {
        try context.shareBuffer(memory, byteCount: count * dtype.byteCount, onRelease: onRelease)
            .map { OpenCLDeviceBuffer(self, $0, dtype, count: count) }
    }

    public func prepare(_ program: Program, regions: [Region: any Buffer]) throws(DeviceError) -> any Executable {
        try OpenCLExecutable(program, regions.mapValues { memory(of: $0) }, on: self)
    }

    public func prepareRoutine(_ program: Program, regions: [Region]) throws(DeviceError) -> any Routine {
        try OpenCLRoutine(program, regions, on: self)
    }

    public func finish() throws(DeviceError) {
        try context.finish()
        saveNewPrograms()
    }

    deinit { if savesLate { programs.save() } }

    /// For a program's binary PoCL compiles its kernels once more, which doubles the time to the first step (3 of 8 seconds of
    /// an MLP's): it is asked when the device is let go. Whoever ends before that has PoCL's own cache.
    private var savesLate: Bool { context.device.isPoCL }

    /// A driver that compiles at the first launch has more to store after it.
    func saveNewPrograms() {
        guard !savesLate else { return }
        if hasNewLaunches.exchange(false, ordering: .relaxed) { programs.save() }
    }

    func memory(of buffer: any Buffer) -> OpenCLBuffer {
        guard let buffer = buffer as? OpenCLDeviceBuffer, buffer.device === self else {
            preconditionFailure("a buffer of another device was bound to a program for \(name)")
        }
        return buffer.memory
    }
}
