import MartletKernels

/// Martlet's own functions on the host, with the bits that every device computes. Whatever feeds a device uses these,
/// never the C library's.
public enum HostMath {
    /// e^x within 1 ulp, with the bits of `exp` on every device.
    public static func exp(_ x: Float) -> Float { martlet_host_exp(x) }
    /// The natural logarithm within 1 ulp, with the bits of `log` on every device; NaN below 0.
    public static func log(_ x: Float) -> Float { martlet_host_log(x) }
}
