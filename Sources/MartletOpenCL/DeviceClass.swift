import MartletBackend

/// What kind of hardware the kernels are written for. Both give the same bits on any device.
public enum DeviceClass: String, Hashable, Sendable, CaseIterable {
    /// Vector registers and caches: one work-item to a work-group, 16 elements at a time.
    case cpu
    /// Work-items in step with local memory: one element each.
    case gpu

    /// `MARTLET_WIDTH` of the kernels that serve both classes.
    var width: Int { self == .cpu ? 16 : 1 }

    /// The class of a device, unless `MARTLET_OPENCL_CLASS` says `cpu` or `gpu`.
    public init(_ device: OpenCLDeviceInfo) {
        self = environmentValue("MARTLET_OPENCL_CLASS").flatMap(DeviceClass.init(rawValue:)) ?? (device.isCPU ? .cpu : .gpu)
    }
}
