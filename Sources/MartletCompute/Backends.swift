import MartletBackend
import MartletCPU
import MartletOpenCL

/// Opens devices by selection.
public enum Backends {
    /// A device, and the sentence that says which and why.
    public struct Opened: Sendable {
        /// Open, and probed where it is an OpenCL device.
        public let device: any Device
        /// Why it was taken, such as `because it was asked for`: the end of a sentence for the user.
        public let reason: String
    }

    /// - Parameter threads: of the CPU path; nil for all processors.
    /// - Throws: `unavailable` or `badSelection` with what was found and what to do.
    public static func open(_ selection: BackendSelection, threads: Int? = nil) throws(DeviceError) -> Opened {
        // The CPU path needs no look at OpenCL.
        if selection == .cpu { return Opened(device: try CPUDevice(threads: threads), reason: "because it was asked for") }
        var opened: [OpenCLDeviceInfo: (device: OpenCLDevice, verdict: ProbeVerdict)] = [:]
        func probe(_ info: OpenCLDeviceInfo) throws(DeviceError) -> ProbeVerdict {
            let context = try OpenCLContext(info)
            let verdict = try NumericsProbe.run(on: context).verdict
            opened[info] = (try OpenCLDevice(context), verdict)
            return verdict
        }
        let choice = try OpenCLInventory.survey().choose(selection, probe: probe)
        guard let info = choice.device else {
            return Opened(device: try CPUDevice(threads: threads), reason: choice.reason)
        }
        if opened[info] == nil { _ = try probe(info) }
        let (device, verdict) = opened[info]!
        var reason = choice.reason
        if !verdict.keepsTheContract { reason += "; bits may differ from other devices: \(verdict)" }
        if !device.quarantine.isEmpty { reason += "; quarantined, so that others take their place: \(device.quarantine.summary)" }
        if let problem = device.tuning.problem { reason += "; \(problem), and is not used" }
        return Opened(device: device, reason: reason)
    }
}
