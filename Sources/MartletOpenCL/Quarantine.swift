import MartletBackend
import MartletCore
import MartletOps

/// The kernels of a device that gave other bits than the CPU path, which are not used until they agree again.
///
/// Both classes of kernels are valid on every device, so an operation whose usual kernels are quarantined takes those of
/// the other class, with the same bits. One file per device and driver beside the compiled programs: a line for each class
/// with its operations (`gpu: matmul reduce`).
public struct Quarantine: Hashable, Sendable {
    /// The operations whose kernels of a class are not to be used.
    private var operations: [DeviceClass: Set<String>] = [:]

    /// Nothing is quarantined.
    public init() {}

    /// Whether every kernel may be used.
    public var isEmpty: Bool { operations.isEmpty }
    /// The operations whose kernels of a class are not used, in alphabetical order.
    public subscript(deviceClass: DeviceClass) -> [String] { (operations[deviceClass] ?? []).sorted() }

    /// Takes over what a check found: operations that it tested and that agree are released, the wrong ones are added.
    public mutating func update(_ deviceClass: DeviceClass, tested: Set<String>, wrong: Set<String>) {
        let kept = (operations[deviceClass] ?? []).subtracting(tested).union(wrong)
        operations[deviceClass] = kept.isEmpty ? nil : kept
    }

    /// Which kernels to use for an operation of a device that usually takes those of a class; nil where both are
    /// quarantined. Formulas of `pointwise` are pasted into kernels of all kinds: where it is wrong, all of them are.
    func trusted(_ operation: String, usually usual: DeviceClass) -> DeviceClass? {
        ([usual] + DeviceClass.allCases.filter { $0 != usual }).first { candidate in
            guard let wrong = operations[candidate] else { return true }
            return !wrong.contains(operation) && !wrong.contains(Pointwise.name)
        }
    }

    /// What is quarantined, as `matmul and reduce of the gpu kernels`; empty where nothing is.
    public var summary: String {
        DeviceClass.allCases.filter { operations[$0] != nil }
            .map { "\(self[$0].joined(separator: ", ")) of the \($0) kernels" }.joined(separator: "; ")
    }
}

// MARK: The file

extension Quarantine {
    /// What is known of a device. A file that cannot be read, or lines that say nothing, count for nothing.
    public init(of device: OpenCLDeviceInfo, in cache: ProgramCache = .shared) {
        guard let path = Self.path(of: device, in: cache), let bytes = Files.read(path) else { return }
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, let deviceClass = DeviceClass(rawValue: String(parts[0])) else { continue }
            update(deviceClass, tested: [], wrong: Set(parts[1].split(separator: " ").map(String.init)))
        }
    }

    /// Where the quarantine of a device lies; nil where no cache is kept.
    public static func path(of device: OpenCLDeviceInfo, in cache: ProgramCache = .shared) -> String? {
        let name = String(device.name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }.prefix(60))
        let key = ProgramCache.key(source: "", options: "quarantine", device: device)
        return cache.directory.map { "\($0)/quarantine/\(name)-\(key.prefix(12)).txt" }
    }

    /// Keeps it for the next time a device is opened, unless nothing changed.
    /// - Returns: whether it is kept.
    public func save(for device: OpenCLDeviceInfo, in cache: ProgramCache = .shared) -> Bool {
        if self == Quarantine(of: device, in: cache) { return true }
        guard let directory = cache.directory, let path = Self.path(of: device, in: cache) else { return false }
        var lines = [
            "# Kernels of this device that gave other bits than the CPU path. 'martlet check' writes this file, and releases what agrees again.",
            "# \(device.name), driver \(device.driverVersion), \(device.platformVersion)",
        ]
        for deviceClass in DeviceClass.allCases where operations[deviceClass] != nil {
            lines.append("\(deviceClass): \(self[deviceClass].joined(separator: " "))")
        }
        return Files.makeDirectory("\(directory)/quarantine") && Files.replace(path, with: Array((lines.joined(separator: "\n") + "\n").utf8))
    }
}

// MARK: Devices

extension Quarantine {
    /// - Throws: `DeviceError.unavailable` where an operation has no kernels left.
    func requireKernels(on device: OpenCLDeviceInfo, usually usual: DeviceClass, from cache: ProgramCache) throws(DeviceError) {
        guard let lost = everyOperation.types.first(where: { trusted($0.name, usually: usual) == nil }) else { return }
        throw .unavailable(
            "OpenCL device \(device.label) is quarantined: both its kernels for \(lost.name) gave other bits than the CPU path ("
                + "\(Self.path(of: device, in: cache) ?? "") says which). After an update of its driver 'martlet check' releases what "
                + "agrees; MARTLET_OPENCL_CLASS=\(usual) uses it all the same, with bits that may differ")
    }
}
