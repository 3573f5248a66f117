internal import CMartletOpenCL

/// The driver's name for a platform's device.
///
/// It is `@unchecked Sendable` because it is an identifier: it is never released, never changes, and stays valid as long
/// as the process lives.
struct DeviceHandle: @unchecked Sendable {
    let platform: cl_platform_id
    let device: cl_device_id
}
