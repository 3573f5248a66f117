import MartletCPU
import MartletConformance
import MartletCore
import MartletOps
import Testing

/// The table's samples and the corners, against the oracle and between numbers of threads and variants.
@Suite struct OperationTests {
    static let samples = everySample + CornerSamples.all
    static let threads: [CPUDevice] = [1, 2, 3].compactMap { try? CPUDevice(threads: $0) }
    static let variants: [CPUDevice] = ["avx512", "avx2", "neon", "baseline"].compactMap { try? CPUDevice(threads: 2, variant: $0) }

    @Test func everySampleAgreesWithTheOracle() throws {
        for sample in Self.samples {
            if let discrepancy = try sample.checkAccuracy(on: Self.threads[1]) { Issue.record("\(discrepancy)") }
        }
    }

    @Test func threadsAndVariantsGiveTheSameBits() throws {
        for device in Self.threads.dropFirst() + Self.variants {
            for sample in Self.samples {
                if let discrepancy = try sample.checkParity(Self.threads[0], device) { Issue.record("\(discrepancy)") }
            }
        }
    }

    @Test func nothingToMeasureIsRefused() {
        #expect(throws: ShapeError.self) { try Accumulate().resultTypes([TensorType([0])]) }
        #expect(throws: ShapeError.self) { try TopClassMatch().resultTypes([TensorType([3, 0]), TensorType([3], .int32)]) }
    }
}
