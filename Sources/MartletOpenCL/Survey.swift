internal import CMartletOpenCL
import MartletBackend

/// Asks the loader for every platform and device. A platform that has no devices (Mesa's Clover) or fails to list them is
/// kept with a note: it must not hide the others.
func survey() -> ([OpenCLPlatformInfo], [DeviceHandle]) {
    var platforms: [OpenCLPlatformInfo] = []
    var handles: [DeviceHandle] = []
    for (index, id) in platformIDs().enumerated() {
        var platform = OpenCLPlatformInfo(index: index, name: platformText(id, CL_PLATFORM_NAME))
        platform.vendor = platformText(id, CL_PLATFORM_VENDOR)
        platform.version = platformText(id, CL_PLATFORM_VERSION)
        let (devices, note) = deviceIDs(of: id)
        platform.note = note
        for (position, device) in devices.enumerated() {
            platform.devices.append(
                OpenCLDeviceInfo(of: device, index: handles.count, deviceIndex: position, platform: platform))
            handles.append(DeviceHandle(platform: id, device: device))
        }
        platforms.append(platform)
    }
    return (platforms, handles)
}

/// None where the loader knows no driver, which it reports as an error.
private func platformIDs() -> [cl_platform_id] {
    var count: cl_uint = 0
    guard martlet_cl_platforms(0, nil, &count) == CL_SUCCESS, count > 0 else { return [] }
    var ids = [cl_platform_id?](repeating: nil, count: Int(count))
    guard martlet_cl_platforms(count, &ids, nil) == CL_SUCCESS else { return [] }
    return ids.compactMap(\.self)
}

private func deviceIDs(of platform: cl_platform_id) -> ([cl_device_id], note: String?) {
    var count: cl_uint = 0
    var status = martlet_cl_devices(platform, 0, nil, &count)
    if status == CL_DEVICE_NOT_FOUND || (status == CL_SUCCESS && count == 0) { return ([], "it has no devices") }
    var ids = [cl_device_id?](repeating: nil, count: Int(count))
    if status == CL_SUCCESS { status = martlet_cl_devices(platform, count, &ids, nil) }
    guard status == CL_SUCCESS else { return ([], "it fails to list its devices: \(codeName(status))") }
    return (ids.compactMap(\.self), nil)
}

private func platformText(_ platform: cl_platform_id, _ property: Int32) -> String {
    text { martlet_cl_platform_info(platform, cl_platform_info(property), $0, $1, $2) }
}

/// A property of unknown length; empty where the driver does not know it.
func text(_ query: (Int, UnsafeMutableRawPointer?, UnsafeMutablePointer<Int>?) -> cl_int) -> String {
    var size = 0
    guard query(0, nil, &size) == CL_SUCCESS, size > 0 else { return "" }
    var bytes = [UInt8](repeating: 0, count: size)
    guard bytes.withUnsafeMutableBytes({ query(size, $0.baseAddress, nil) }) == CL_SUCCESS else { return "" }
    // Some drivers end with one zero, some with several; some pad names with spaces.
    return trimmed(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))
}
