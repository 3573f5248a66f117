import MartletConformance
import MartletCore
import MartletGraph
import MartletOps
import MartletReference
import Testing

@Suite struct OperationTableTests {
    @Test func everyOperationHasSamples() {
        for type in everyOperation.types { #expect(!type.samples.isEmpty, "\(type.name)") }
    }

    @Test func samplesFitTheirShapeRules() throws {
        for sample in everySample { _ = try sample.resultTypes() }
    }

    @Test func gradientsMatchCentralDifferences() throws {
        for sample in everySample + everyCompositeOperation.flatMap { $0.samples } + Reshape.samples {
            for discrepancy in try sample.checkGradients() { Issue.record("\(discrepancy)") }
        }
    }
}
