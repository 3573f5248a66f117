import MartletBackend
import MartletCPU
import MartletOpenCL

/// Opens devices by selection.
public enum Backends {
    /// A device, and the sentence that says which and why.
    public struct Opened: Sendable {
        public let device: any Device
        public let reason: String
    }

    /// - Parameter threads: of the CPU path; nil for all processors.
    /// - Throws: `unavailable` or `badSelection` with what was found and what to do.
    public static func open(_ selection: BackendSelection, threads: Int? = nil) throws(DeviceError) -> Opened {
        // The CPU path needs no look at OpenCL.
        if selection == .cpu { return Opened(device: try CPUDevice(threads: threads), reason: "because it was asked for") }
        var verdicts: [OpenCLDeviceInfo: ProbeVerdict] = [:]
        func probe(_ info: OpenCLDeviceInfo) throws(DeviceError) -> ProbeVerdict {
            let verdict = try NumericsProbe.run(on: try OpenCLContext(info)).verdict
            verdicts[info] = verdict
            return verdict
        }
        let choice = try OpenCLInventory.survey().choose(selection, probe: probe)
        guard let info = choice.device else {
            return Opened(device: try CPUDevice(threads: threads), reason: choice.reason)
        }
        let verdict = if let known = verdicts[info] { known } else { try probe(info) }
        let device = try OpenCLDevice(info)
        let warning = verdict.keepsTheContract ? "" : "; bits may differ from other devices: \(verdict)"
        let note = device.tuning.problem.map { "; \($0), and is not used" } ?? ""
        return Opened(device: device, reason: choice.reason + warning + note)
    }
}
