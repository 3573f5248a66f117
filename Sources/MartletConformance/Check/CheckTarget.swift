import MartletBackend
import MartletCompute
import MartletCPU
import MartletOpenCL
import MartletTraining

/// A device with one of its kinds of kernels: what is checked by itself, and named where its bits differ.
public struct CheckTarget: Sendable {
    /// `cpu/avx2`, `opencl:0.0/gpu`.
    public let name: String
    public let device: any Device
    /// The OpenCL device and class whose kernels these are, which can be quarantined.
    public let kernels: (device: OpenCLDeviceInfo, deviceClass: DeviceClass)?

    public init(_ name: String, _ device: any Device, kernels: (device: OpenCLDeviceInfo, deviceClass: DeviceClass)? = nil) {
        self.name = name
        self.device = device
        self.kernels = kernels
    }

    /// The CPU path with each variant of its kernels that this processor runs, the usual one first.
    public static func cpu(threads: Int? = nil) throws(DeviceError) -> [CheckTarget] {
        // What takes part in a plan is the same for all of them, so the usual one needs no name of its own.
        var targets = [CheckTarget("cpu", try CPUDevice(threads: threads))]
        for variant in ["avx512", "avx2", "neon", "baseline"] {
            guard let device = try? CPUDevice(threads: threads, variant: variant) else { continue }
            if device.name == targets[0].device.name { targets.removeFirst() }
            targets.append(CheckTarget("cpu/\(variant)", device))
        }
        return targets
    }

    /// An OpenCL device with its own class of kernels first, then with the other.
    public static func openCL(_ info: OpenCLDeviceInfo) throws(DeviceError) -> [CheckTarget] {
        let usual = try DeviceClass(info)
        var targets: [CheckTarget] = []
        for kernels in [usual] + DeviceClass.allCases.filter({ $0 != usual }) {
            targets.append(CheckTarget(
                "opencl:\(info.address)/\(kernels)", try OpenCLDevice(info, deviceClass: kernels), kernels: (info, kernels)))
        }
        return targets
    }

    /// What selections name, device by device; the CPU path and every OpenCL device where there are none.
    public static func all(_ selections: [BackendSelection], threads: Int? = nil) throws(DeviceError) -> [[CheckTarget]] {
        var targets: [[CheckTarget]] = []
        guard !selections.isEmpty else {
            targets.append(try cpu(threads: threads))
            for info in OpenCLInventory.survey().devices { targets.append(try openCL(info)) }
            return targets
        }
        for selection in selections {
            if selection == .cpu {
                targets.append(try cpu(threads: threads))
                continue
            }
            // What is quarantined is not opened otherwise, and has to be checked to be released.
            let choice = try OpenCLInventory.survey().choose(selection) { (info) throws(DeviceError) in
                try NumericsProbe.run(on: try OpenCLContext(info)).verdict
            }
            if let info = choice.device { targets.append(try openCL(info)) } else { targets.append(try cpu(threads: threads)) }
        }
        return targets
    }
}
