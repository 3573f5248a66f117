import MartletBackend

/// One argument of a kernel.
public enum OpenCLArgument: Sendable {
    case buffer(OpenCLBuffer)
    /// The buffer of a region, which a routine sets before it enqueues.
    case region(Region)
    /// A null pointer, where the kernel allows one.
    case null
    case int32(Int32)
    case uint32(UInt32)
    case uint64(UInt64)
    case float(Float)
    /// Memory of the work-group.
    case local(byteCount: Int)
}
