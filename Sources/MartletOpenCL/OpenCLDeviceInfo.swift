/// What a device says of itself: all that `martlet devices` lists.
public struct OpenCLDeviceInfo: Hashable, Sendable, Codable {
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable { case cpu, gpu, accelerator, custom }

    /// Counted through all platforms from 0.
    public var index: Int
    public var platformIndex: Int
    /// Counted within the platform from 0.
    public var deviceIndex: Int

    public var platformName = ""
    public var platformVendor = ""
    public var platformVersion = ""

    public var name: String
    public var vendor = ""
    /// More than one where the device claims to be both (Oclgrind does).
    public var kinds: [Kind]
    public var version = ""
    public var languageVersion = ""
    public var driverVersion = ""
    public var available = true
    public var compilerAvailable = true

    public var computeUnits = 0
    /// MHz.
    public var clockFrequency = 0
    /// Bytes.
    public var globalMemory = 0
    /// Bytes.
    public var largestAllocation = 0
    /// Bytes.
    public var localMemory = 0
    public var unifiedMemory = false
    /// Bytes.
    public var baseAddressAlignment = 0
    public var largestWorkGroup = 0
    public var largestWorkItems: [Int] = []
    /// In elements of float32.
    public var preferredVectorWidth = 0

    public var fp64 = false
    public var fp16 = false
    public var images = false
    /// Whether `-cl-fp32-correctly-rounded-divide-sqrt` is offered.
    public var correctlyRoundedDivideSqrt = false
    public var reportsFMA = false
    public var reportsSubnormals = false
    public var extensions: [String] = []

    public init(index: Int, platformIndex: Int, deviceIndex: Int, name: String, kinds: [Kind]) {
        self.index = index
        self.platformIndex = platformIndex
        self.deviceIndex = deviceIndex
        self.name = name
        self.kinds = kinds
    }

    /// The GPU bit is set and the CPU bit is not.
    public var isGPU: Bool { kinds.contains(.gpu) && !kinds.contains(.cpu) }
    public var isCPU: Bool { kinds.contains(.cpu) }
    package var isPoCL: Bool { platformName == "Portable Computing Language" }
    /// It can compile kernels now.
    public var usable: Bool { available && compilerAvailable }

    /// `0.1`: platform and device, as `--backend opencl:0.1` takes it.
    public var address: String { "\(platformIndex).\(deviceIndex)" }
    /// `0.1 'name'`
    public var label: String { "\(address) '\(name)'" }
}
