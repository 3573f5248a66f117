import MartletBackend

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension OpenCLDeviceInfo {
    /// PoCL links every kernel with the system's linker, and ends the whole process where it finds none.
    /// - Throws: `DeviceError.unavailable`, where PoCL would do that.
    func checkLinker() throws(DeviceError) {
        guard platformName == "Portable Computing Language" else { return }
        let folders = (environmentValue("PATH") ?? "").split(separator: ":")
        guard !folders.contains(where: { access("\($0)/ld", X_OK) == 0 }) else { return }
        throw .unavailable(
            "device \(label) needs the linker 'ld' on PATH, where there is none; add its folder (often /usr/bin), or on Debian: apt-get install binutils")
    }
}
