import MartletCore

extension TuningFile {
    /// Where the results of a device lie; nil where nothing is kept.
    package static func path(for device: DeviceTraits, in cache: ProgramCache) -> String? {
        cache.directory.map { "\($0)/tuning/\(fileName(of: TunedDevice(device)))" }
    }

    /// Words of the device's name for people, and a digest of all that another device or driver has different.
    private static func fileName(of device: TunedDevice) -> String {
        let words = device.name.lowercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber) }.joined(separator: "-")
        var hash = SHA256()
        for part in [device.name, device.driver, device.platform] { hash.update("\(part.utf8.count):\(part)") }
        return "\(words.prefix(40))-\(device.deviceClass.rawValue)-\(SHA256.hex(hash.finalize()).prefix(8)).txt"
    }

    /// What was measured of a device; nil where nothing was.
    /// - Throws: `TuningFileError` for a file that cannot be used.
    package static func read(for device: DeviceTraits, in cache: ProgramCache) throws(TuningFileError) -> TuningFile? {
        guard let path = path(for: device, in: cache), let bytes = Files.read(path) else { return nil }
        let file = try TuningFile(parsing: String(decoding: bytes, as: UTF8.self), path: path)
        // A file that was copied here.
        guard file.device == TunedDevice(device) else {
            throw .otherDevice(path: path, found: "'\(file.device.name)' with the driver '\(file.device.driver)' and kernels for \(file.device.deviceClass)")
        }
        return file
    }

    /// - Returns: whether it could be written.
    package func write(for traits: DeviceTraits, in cache: ProgramCache) -> Bool {
        guard let directory = cache.directory, let path = Self.path(for: traits, in: cache) else { return false }
        return Files.makeDirectory("\(directory)/tuning") && Files.replace(path, with: Array(text.utf8))
    }
}
