import MartletBackend
import MartletCore
import MartletOps
import Synchronization

/// An OpenCL device as a backend.
public final class OpenCLDevice: Device {
    /// The device with its queue.
    public let context: OpenCLContext
    /// The kernels that it usually takes.
    public let deviceClass: DeviceClass
    /// What takes those of the other class instead.
    public let quarantine: Quarantine
    let programs: ProgramLibrary
    /// Which variants of kernels it takes.
    package let tuning: Tuning
    /// Whether something was launched for the first time since programs were last saved.
    let hasNewLaunches = Atomic<Bool>(false)

    /// The name by which backends are selected.
    public let backend = "opencl"
    /// `OpenCL 0.0 NVIDIA H100 (NVIDIA CUDA)`
    public var name: String { "OpenCL \(context.device.address) \(context.device.name) (\(context.device.platformName))" }
    /// In bytes: `CL_DEVICE_MAX_MEM_ALLOC_SIZE`.
    public var largestBuffer: Int { context.device.largestAllocation }

    /// Opens a device, with the kernels that were tuned for it.
    /// - Parameter deviceClass: which kernels to use, quarantined or not; by default what `MARTLET_OPENCL_CLASS` says, else what
    ///   suits the device and is not quarantined.
    /// - Throws: `DeviceError.unavailable`, also where kernels of both classes are quarantined; `DeviceError.call`;
    ///   `badSelection` for an unknown `MARTLET_OPENCL_CLASS`.
    public convenience init(_ device: OpenCLDeviceInfo, deviceClass: DeviceClass? = nil) throws(DeviceError) {
        try self.init(try OpenCLContext(device), deviceClass: deviceClass)
    }

    /// A device in a context that is there already, such as one that was adopted.
    public convenience init(_ context: OpenCLContext, deviceClass: DeviceClass? = nil) throws(DeviceError) {
        try self.init(context, deviceClass: deviceClass, quarantines: .shared)
    }

    /// The same with quarantines, and what was tuned, from anywhere.
    package convenience init(_ context: OpenCLContext, deviceClass: DeviceClass?, quarantines: ProgramCache) throws(DeviceError) {
        func tuning(_ deviceClass: DeviceClass) -> Tuning { .known(of: DeviceTraits(context.device, deviceClass), in: quarantines) }
        if let asked = if let deviceClass { deviceClass } else { try DeviceClass.asked() } {
            self.init(context, deviceClass: asked, Quarantine(), tuning(asked), .shared)
        } else {
            let (usual, quarantine) = (try DeviceClass(context.device), Quarantine(of: context.device, in: quarantines))
            try quarantine.requireKernels(on: context.device, usually: usual, from: quarantines)
            self.init(context, deviceClass: usual, quarantine, tuning(usual), .shared)
        }
    }

    /// A device that takes the variants it is told to.
    package convenience init(_ device: OpenCLDeviceInfo, deviceClass: DeviceClass, tuning: Tuning) throws(DeviceError) {
        self.init(try OpenCLContext(device), deviceClass: deviceClass, tuning: tuning)
    }

    /// - Parameter cache: of compiled programs.
    package convenience init(_ context: OpenCLContext, deviceClass: DeviceClass, tuning: Tuning, cache: ProgramCache = .shared) {
        self.init(context, deviceClass: deviceClass, Quarantine(), tuning, cache)
    }

    private init(_ context: OpenCLContext, deviceClass: DeviceClass, _ quarantine: Quarantine, _ tuning: Tuning, _ cache: ProgramCache) {
        self.context = context
        self.deviceClass = deviceClass
        self.quarantine = quarantine
        self.tuning = tuning
        programs = ProgramLibrary(context, cache)
        launchEvery(everyOperation)
    }

    /// The kernels that an operation takes.
    package func kernels(for operation: any Operation.Type) -> DeviceClass {
        quarantine.trusted(operation.name, usually: deviceClass) ?? deviceClass
    }

    /// Memory of the device, all bytes 0.
    /// - Throws: `DeviceError.outOfMemory`, `DeviceError.call`.
    public func makeBuffer(_ dtype: DType, count: Int, purpose: String) throws(DeviceError) -> any Buffer {
        let memory = try context.makeBuffer(byteCount: count * dtype.byteCount, purpose: purpose)
        try memory.fill()
        return OpenCLDeviceBuffer(self, memory, dtype, count: count)
    }

    /// A buffer over memory of the host, which must outlive it; nil where the device would copy it.
    /// - Throws: `DeviceError.call`.
    public func shareBuffer(
        _ dtype: DType, count: Int, memory: UnsafeMutableRawPointer, onRelease: @escaping @Sendable () -> Void
    ) throws(DeviceError) -> (any Buffer)? {
        try context.shareBuffer(memory, byteCount: count * dtype.byteCount, onRelease: onRelease)
            .map { OpenCLDeviceBuffer(self, $0, dtype, count: count) }
    }

    /// Builds the kernels of a program and gives them their arguments.
    /// - Throws: `DeviceError.build`, `DeviceError.call`.
    public func prepare(_ program: Program, regions: [Region: any Buffer]) throws(DeviceError) -> any Executable {
        try OpenCLExecutable(program, regions.mapValues { memory(of: $0) }, on: self)
    }

    /// Builds the kernels of a program whose buffers come with each run.
    /// - Throws: `DeviceError.build`, `DeviceError.call`.
    public func prepareRoutine(_ program: Program, regions: [Region]) throws(DeviceError) -> any Routine {
        try OpenCLRoutine(program, regions, on: self)
    }

    /// Waits for everything that was enqueued.
    /// - Throws: `DeviceError.call`, also for a command that failed on the device.
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
