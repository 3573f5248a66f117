import MartletBackend
import MartletOpenCL

/// What a check of parity changed in the quarantine of an OpenCL device.
public struct QuarantineUpdate: Sendable {
    public let device: OpenCLDeviceInfo
    /// All that is quarantined now.
    public let quarantine: Quarantine
    /// The file that says so; nil where it could not be kept.
    public let path: String?

    /// Quarantines the kernels with other bits than the CPU path's, and releases those that agree.
    ///
    /// A device whose arithmetic differs by its own account (`ProbeVerdict`) is left alone: it runs in a mode that says so.
    /// - Parameter reports: of `checkParity` on these targets.
    /// - Returns: one for each device that has kernels in quarantine, or had.
    /// - Throws: `DeviceError` where a device cannot be probed.
    public static func after(
        _ reports: [OperationReport], on targets: [CheckTarget], in cache: ProgramCache = .shared
    ) throws(DeviceError) -> [QuarantineUpdate] {
        var devices: [OpenCLDeviceInfo] = []
        for case let kernels? in targets.map(\.kernels) where !devices.contains(kernels.device) { devices.append(kernels.device) }
        var updates: [QuarantineUpdate] = []
        for device in devices {
            let before = Quarantine(of: device, in: cache)
            var after = before
            for target in targets {
                guard let kernels = target.kernels, kernels.device == device else { continue }
                let rows = reports.filter { $0.target == target.name }
                // One pointwise function says nothing of the others.
                let tested = Set(rows.filter { $0.operation == $0.launched }.map(\.launched))
                after.update(kernels.deviceClass, tested: tested, wrong: Set(rows.filter { $0.differing > 0 }.map(\.launched)))
            }
            if before.isEmpty && after.isEmpty { continue }
            if before.isEmpty, try !NumericsProbe.run(on: try OpenCLContext(device)).verdict.keepsTheContract { continue }
            let isKept = after.save(for: device, in: cache)
            updates.append(QuarantineUpdate(device: device, quarantine: after, path: isKept ? Quarantine.path(of: device, in: cache) : nil))
        }
        return updates
    }
}
