import MartletKernels

/// Martlet's own functions on the host, with the bits that every device computes. Whatever feeds a device uses these,
/// never the C library's.
public enum HostMath {
    public static func exp(_ x: Float) -> Float { martlet_host_exp(x) }
    public static func log(_ x: Float) -> Float { martlet_host_log(x) }
}
