import MartletBackend

/// What kind of hardware the kernels are written for. Both give the same bits on any device.
public enum DeviceClass: String, Hashable, Sendable, CaseIterable {
    /// Vector registers and caches: one work-item to a work-group, 16 elements at a time.
    case cpu
    /// Work-items in step with local memory: one element each.
    case gpu

    /// `MARTLET_WIDTH` of the kernels that serve both classes.
    var width: Int { self == .cpu ? 16 : 1 }

    /// The class of a device, unless `MARTLET_OPENCL_CLASS` names one.
    /// - Throws: `DeviceError.badSelection` where it names none.
    public init(_ device: OpenCLDeviceInfo) throws(DeviceError) {
        self = if let asked = try Self.asked() { asked } else { device.isCPU ? .cpu : .gpu }
    }

    /// What `MARTLET_OPENCL_CLASS` says; nil where it is unset or empty.
    static func asked() throws(DeviceError) -> DeviceClass? {
        guard let asked = environmentValue("MARTLET_OPENCL_CLASS"), !asked.isEmpty else { return nil }
        guard let known = DeviceClass(rawValue: asked) else {
            throw .badSelection("MARTLET_OPENCL_CLASS must be 'cpu' or 'gpu', not '\(asked)'; unset it for what suits the device")
        }
        return known
    }
}
