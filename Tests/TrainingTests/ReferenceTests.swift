import Martlet
import MartletConformance
import TestSupport
import Testing

/// The groups of reference cases that have a runner, on both backends.
@Suite struct ReferenceTests {
    @Test(
        .enabled(if: Shared.has("reference"), "needs ../shared or MARTLET_SHARED"),
        arguments: ["batch_norm", "losses", "clipping", "schedules", "end_to_end"], TestDevices.each.indices)
    func everyCaseIsWithinItsTolerance(group: String, device: Int) throws {
        let suite = try ReferenceSuite.read(Shared.path("reference"), groups: [group])
        let reports = suite.check(on: CheckTarget("device", TestDevices.each[device]))
        let report = try #require(reports.first)
        #expect(reports.count == 1 && report.passed > 0)
        #expect(report.failures.isEmpty)
        #expect(report.unsupported.isEmpty)
    }

    @Test(.enabled(if: Shared.has("reference"), "needs ../shared or MARTLET_SHARED"))
    func wrongAndMissingOutputsFail() throws {
        let suite = try ReferenceSuite.read(Shared.path("reference"), groups: ["clipping"])
        let target = CheckTarget("cpu", TestDevices.cpu[0])
        func report(_ run: @escaping @Sendable (ReferenceCase, any Device) throws -> [String: [Float]]?) -> ReferenceReport {
            suite.check(on: target, groups: [ReferenceGroup("clipping", run: run)])[0]
        }
        #expect(report { _, _ in [:] }.failures.count == suite.cases.count)
        #expect(report { _, _ in nil }.unsupported.count == suite.cases.count)
        #expect(report { _, _ in throw ReferenceMismatch("wrong") }.failures.count == suite.cases.count)
        let wrong = report { test, _ in test.outputs.mapValues { $0.values.map { Float($0) + 1 } } }
        #expect(wrong.failures.count == suite.cases.count && wrong.worstError > 1)
    }
}
