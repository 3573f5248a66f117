/// What a device says of itself: all that `martlet devices` lists.
public struct OpenCLDeviceInfo: Hashable, Sendable, Codable {
    /// As `CL_DEVICE_TYPE` has them.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable { case cpu, gpu, accelerator, custom }

    /// Counted through all platforms from 0.
    public var index: Int
    /// Of the platform in the loader's list, from 0.
    public var platformIndex: Int
    /// Counted within the platform from 0.
    public var deviceIndex: Int

    /// `CL_PLATFORM_NAME`.
    public var platformName = ""
    /// `CL_PLATFORM_VENDOR`.
    public var platformVendor = ""
    /// `CL_PLATFORM_VERSION`, such as `OpenCL 3.0 PoCL 3.1`.
    public var platformVersion = ""

    /// `CL_DEVICE_NAME`.
    public var name: String
    /// `CL_DEVICE_VENDOR`.
    public var vendor = ""
    /// More than one where the device claims to be both (Oclgrind does).
    public var kinds: [Kind]
    /// `CL_DEVICE_VERSION`.
    public var version = ""
    /// `CL_DEVICE_OPENCL_C_VERSION`.
    public var languageVersion = ""
    /// `CL_DRIVER_VERSION`.
    public var driverVersion = ""
    /// `CL_DEVICE_AVAILABLE`.
    public var available = true
    /// `CL_DEVICE_COMPILER_AVAILABLE`.
    public var compilerAvailable = true

    /// `CL_DEVICE_MAX_COMPUTE_UNITS`.
    public var computeUnits = 0
    /// MHz.
    public var clockFrequency = 0
    /// Bytes.
    public var globalMemory = 0
    /// Bytes.
    public var largestAllocation = 0
    /// Bytes.
    public var localMemory = 0
    /// Whether host and device share their memory.
    public var unifiedMemory = false
    /// Bytes.
    public var baseAddressAlignment = 0
    /// Work-items of a group at most.
    public var largestWorkGroup = 0
    /// The same along each dimension.
    public var largestWorkItems: [Int] = []
    /// In elements of float32.
    public var preferredVectorWidth = 0

    /// Whether kernels may use `double`.
    public var fp64 = false
    /// Whether kernels may use `half`.
    public var fp16 = false
    /// Whether it has images.
    public var images = false
    /// Whether `-cl-fp32-correctly-rounded-divide-sqrt` is offered.
    public var correctlyRoundedDivideSqrt = false
    /// Whether it says that its `fma` is correctly rounded (`CL_FP_FMA`); the probe finds out.
    public var reportsFMA = false
    /// Whether it says that it keeps subnormal numbers (`CL_FP_DENORM`); the probe finds out.
    public var reportsSubnormals = false
    /// In alphabetical order.
    public var extensions: [String] = []

    /// A device of which nothing else is known.
    public init(index: Int, platformIndex: Int, deviceIndex: Int, name: String, kinds: [Kind]) {
        self.index = index
        self.platformIndex = platformIndex
        self.deviceIndex = deviceIndex
        self.name = name
        self.kinds = kinds
    }

    /// The GPU bit is set and the CPU bit is not.
    public var isGPU: Bool { kinds.contains(.gpu) && !kinds.contains(.cpu) }
    /// The CPU bit is set.
    public var isCPU: Bool { kinds.contains(.cpu) }
    package var isPoCL: Bool { platformName == "Portable Computing Language" }
    /// Whether programs are built on several threads. PoCL's compiler has one lock to a context, so nothing would be gained;
    /// Oclgrind makes no promise to threads.
    package var buildsInParallel: Bool { !isPoCL && platformName != "Oclgrind" }
    /// It can compile kernels now.
    public var usable: Bool { available && compilerAvailable }

    /// `0.1`: platform and device, as `--backend opencl:0.1` takes it.
    public var address: String { "\(platformIndex).\(deviceIndex)" }
    /// `0.1 'name'`
    public var label: String { "\(address) '\(name)'" }
}
