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

    /// The oracle has no maximum of nothing to offer, so this is said here.
    @Test func aRowWithoutClassesMatchesNothing() throws {
        let sample = Sample(
            "no classes", TopClassMatch(), [TensorType([3, 0]), TensorType([3], .int32)], [.normal, .constant(0)])
        let data = SampleData(sample, resultTypes: try sample.resultTypes())
        #expect(try sample.run(on: Self.threads[1], data)[0].floats == [0, 0, 0])
    }
}
