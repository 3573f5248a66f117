#if compiler(>=6.2)
import MartletConformance
import MartletOpenCL
import MartletOps
import Testing

/// Mesa's implementation on a CPU. Its fma takes subnormal numbers for zero, so it does not keep the numerics contract.
@Suite struct RusticlTests {
    @Test(Implementation.rusticl.whereInstalled) func itIsSaidThatBitsMayDiffer() async {
        await #expect(processExitsWith: .success) {
            let info = try Implementation.rusticl.take()
            let report = try NumericsProbe.run(on: OpenCLContext(info))
            let wrong = report.findings.filter { $0.wrong > 0 }
            #expect(Set(wrong.map(\.operation)) == ["fma (one rounding)"])
            // Some have subnormal numbers on the way alone: a product to which something larger is added.
            #expect(wrong.allSatisfy { $0.wrongSubnormals > 0 }, "\(wrong)")
            guard case .mayDiffer(let reasons) = report.verdict else {
                Issue.record("the verdict is '\(report.verdict)'")
                return
            }
            #expect(reasons.count == wrong.count && reasons.allSatisfy { $0.contains("fma (one rounding)") })
        }
    }

    /// What has no multiply-add keeps its bits all the same. (The whole table takes too long there.)
    @Test(Implementation.rusticl.whereInstalled) func bitsAreEqualWhereNothingIsMultipliedAndAdded() async {
        await #expect(processExitsWith: .success) {
            let info = try Implementation.rusticl.take()
            let targets = [try CheckTarget.cpu()[0], CheckTarget("rusticl", try OpenCLDevice(info, deviceClass: .gpu))]
            let names = [
                Reduce.name, Copy.name, Commit.name, MaxPool2D.name, MaxPool2DGradient.name, AveragePool2D.name, AveragePool2DGradient.name,
            ]
            for name in names {
                let reports = try checkParity(try #require(OperationList.every.only(name)), on: targets)
                #expect(reports.count == targets.count)
                for report in reports {
                    #expect(report.samples > 0)
                    for discrepancy in report.discrepancies { Issue.record("\(discrepancy)") }
                }
            }
        }
    }
}
#endif
