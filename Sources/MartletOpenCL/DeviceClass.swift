import MartletBackend

/// What kind of hardware the kernels are written for. Both give the same bits on any device.
public enum DeviceClass: String, Hashable, Sendable, CaseIterable {
    /// Vector registers and caches: one work-item to a work-group, 16 elements at a time.
    case cpu
    /// Work-items in step with local memory: one element each.
    case gpu

    /// `MARTLET_WIDTH` of the kernels that serve both classes.
    var width: Int { self == .cpu ? 16 : 1 }

    /// The class of a device, unless `MARTLET_OPENCL_CLASS` says `cpu` or `gpu`. Set to nothing it says nothing.
    /// - Throws: `DeviceError.badSelection` where it says something else.
    public init(_ device: OpenCLDeviceInfo) throws(DeviceError) {
        let asked = environmentValue("MARTLET_OPENCL_CLASS") ?? ""
        if asked.isEmpty {
            self = device.isCPU ? .cpu : .gpu
        } else if let known = DeviceClass(rawValue: asked) {
            self = known
        } else {
            throw .badSelection("MARTLET_OPENCL_CLASS must be 'cpu' or 'gpu', not '\(asked)'; unset it for what suits the device")
        }
    }
}
