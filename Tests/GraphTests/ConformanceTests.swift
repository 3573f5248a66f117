import MartletBackend
import MartletCPU
import MartletConformance
import MartletOpenCL
import MartletOps
import MartletReference
import Testing

/// Every sample of the table, on every device of this machine.
@Suite struct ConformanceTests {
    static let variants = ["avx512", "avx2", "neon", "baseline"]
    static let cpu: [CPUDevice] =
        [1, 2, 3].compactMap { try? CPUDevice(threads: $0) } + variants.compactMap { try? CPUDevice(threads: 2, variant: $0) }
    static let openCL: [OpenCLDevice] = OpenCLInventory.survey().devices.flatMap { info in
        DeviceClass.allCases.compactMap { try? OpenCLDevice(info, deviceClass: $0) }
    }

    @Test func theCPUPathAgreesWithTheOracle() throws {
        for sample in everySample {
            if let discrepancy = try sample.checkAccuracy(on: Self.cpu[1]) { Issue.record("\(discrepancy)") }
        }
    }

    @Test func threadsAndVariantsGiveTheSameBits() throws {
        for device in Self.cpu.dropFirst() {
            for sample in everySample {
                if let discrepancy = try sample.checkParity(Self.cpu[0], device) { Issue.record("\(discrepancy)") }
            }
        }
    }

    @Test(.enabled(if: !openCL.isEmpty, "needs an OpenCL device"), arguments: openCL.indices)
    func openCLGivesTheBitsOfTheCPUPath(device: Int) throws {
        for sample in everySample {
            if let discrepancy = try sample.checkParity(Self.cpu[0], Self.openCL[device]) { Issue.record("\(discrepancy)") }
        }
    }
}
