import MartletBackend
import MartletOps

/// Checks operations that are not in the table, such as a `Custom` kernel or a `Pointwise` of a function of your own, by
/// samples: each device against the Float64 formula, devices against the first one bit for bit, and gradients against
/// central differences.
/// - Returns: what was found wrong; nothing where all is well.
/// - Throws: `DeviceError` where a device cannot run one.
public func check(_ samples: [Sample], on devices: [any Device]) throws -> [Discrepancy] {
    var found: [Discrepancy] = []
    for sample in samples {
        for device in devices {
            if let discrepancy = try sample.checkAccuracy(on: device) { found.append(discrepancy) }
        }
        if let first = devices.first {
            for device in devices.dropFirst() {
                if let discrepancy = try sample.checkParity(first, device) { found.append(discrepancy) }
            }
        }
        found += try sample.checkGradients()
    }
    return found
}
