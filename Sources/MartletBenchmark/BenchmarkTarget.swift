import CMartletCPU
import MartletBackend
import MartletCPU
import MartletOpenCL
import MartletTraining

/// A device that is measured, with its limits, and another that says which bits are right.
public final class BenchmarkTarget {
    /// `cpu`, `opencl:0.0`: as `--backend` takes it.
    public let backend: String
    public let device: any Device
    /// That compute: of the CPU path, or the device's compute units.
    public let threads: Int
    /// Runs the same launches by other kernels. For a processor's path: with another instruction set.
    let checker: any Device
    private let probe: Probe
    private(set) var isMeasured = false

    private enum Probe {
        case processor(ProcessorLimits)
        case openCL(OpenCLLimits)
    }

    /// - Parameter threads: of the CPU path; nil for all processors.
    public init(_ device: any Device, threads: Int? = nil) throws(DeviceError) {
        self.device = device
        let count = threads ?? Int(martlet_cpu_processors())
        let best = String(cString: martlet_cpu_variant_name(martlet_cpu_best()))
        if let device = device as? OpenCLDevice {
            backend = "opencl:\(device.context.device.address)"
            self.threads = device.context.device.computeUnits
            checker = try CPUDevice(threads: count)
            probe = .openCL(OpenCLLimits(device))
        } else {
            backend = device.backend
            self.threads = count
            checker = try CPUDevice(threads: count, variant: best == "avx512" ? "avx2" : "baseline")
            probe = .processor(try ProcessorLimits(threads: count, variant: best))
        }
    }

    var isOpenCL: Bool { device is OpenCLDevice }
    /// Whether libraries for the processor compete with it.
    var isProcessor: Bool { (device as? OpenCLDevice).map { $0.deviceClass == .cpu } ?? true }

    var limits: Limits {
        switch probe {
        case .processor(let probe): probe.limits
        case .openCL(let probe): probe.limits

        }
    }

    /// Who goes over the memory of a launch whose bytes only the memory itself can hold; nobody where a cache does, or
    /// where the host cannot.
    func contestants(_ stream: BufferStream, bytes: Double) -> [Contestant] {
        guard case .processor(let probe) = probe, let level = limits.level(holding: bytes), level.isMemory else { return [] }
        return probe.contestants(stream)
    }

    /// Measures the limits and tells of each, also where it is interrupted before the last.
    func measureLimits(_ schedule: Schedule, shouldStop: () -> Bool, tell: (BenchmarkRow) -> Void = { _ in }) throws {
        func found(_ limit: Limits.Found) {
            tell(BenchmarkRow(.limits, limit.name, limit.shape, on: self, unit: limit.unit, amount: limit.amount, limit.outcome))
        }
        switch probe {
        case .processor(let probe): try probe.measure(schedule, shouldStop: shouldStop, found: found)
        case .openCL(let probe): try probe.measure(schedule, shouldStop: shouldStop, found: found)
        }
        isMeasured = true
    }

    /// To be called before a case.
    func refreshLimits() throws {
        switch probe {
        case .processor(let probe): probe.refresh()
        case .openCL(let probe): try probe.refresh()
        }
    }
}
