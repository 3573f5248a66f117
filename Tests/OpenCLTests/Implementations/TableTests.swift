#if compiler(>=6.2)
import MartletConformance
import MartletOpenCL
import MartletOps
import Testing

/// The table of operations on every implementation, with both classes of kernels: the CPU path's bits, canaries included.
@Suite struct TableTests {
    @Test(Implementation.pocl.whereInstalled) func onPoCL() async {
        await #expect(processExitsWith: .success) { try expectEqualBits(on: .pocl) }
    }

    @Test(Implementation.intel.whereInstalled) func onIntelsRuntime() async {
        await #expect(processExitsWith: .success) { try expectEqualBits(on: .intel) }
    }
}

private func expectEqualBits(on implementation: Implementation) throws {
    let info = try implementation.take()
    let targets = try [CheckTarget.cpu()[0]] + CheckTarget.openCL(info)
    try #require(targets.count == 1 + DeviceClass.allCases.count)
    #expect(try NumericsProbe.run(on: OpenCLContext(info)).verdict.keepsTheContract)
    let reports = try checkParity(.every, on: targets)
    #expect(reports.count == targets.count * everyOperation.types.count)
    for report in reports {
        #expect(report.samples > 0)
        for discrepancy in report.discrepancies { Issue.record("\(discrepancy)") }
    }
}
#endif
