import MartletBackend
import MartletConformance
import MartletFormats
import TestSupport
import Testing

/// Structured operations against the reference vectors, on the CPU path and every OpenCL device.
@Suite struct ReferenceVectorTests {
    typealias Run = @Sendable (ReferenceCase, any Device) throws -> [String: [Float]]?
    static let groups: [(name: String, run: Run)] = [
        ("matmul", { try runMatmulCase($0, on: $1) }), ("linear", { try runLinearCase($0, on: $1) }),
        ("softmax", { try runSoftmaxCase($0, on: $1) }), ("batch_norm", { try runBatchNormCase($0, on: $1) }),
        ("conv2d", { try runConv2DCase($0, on: $1) }), ("pooling", { try runPoolingCase($0, on: $1) }),
        ("layer_norm", { try runLayerNormCase($0, on: $1) }), ("embedding", { try runEmbeddingCase($0, on: $1) }),
    ]

    @Test(.enabled(if: Shared.has("reference"), "needs ../shared or MARTLET_SHARED"), arguments: groups.indices)
    func everyCaseIsWithinItsTolerance(group: Int) throws {
        let group = Self.groups[group]
        for reference in try ReferenceSuite.read(Shared.path("reference"), groups: [group.name]).cases {
            for device in StructuredTests.devices {
                let results = try #require(try group.run(reference, device), "\(reference) is not supported")
                for (name, expected) in reference.outputs {
                    let comparison = expected.compare(try #require(results[name], "\(reference) has no '\(name)'"))
                    #expect(comparison.isWithin, "\(reference) '\(name)' on \(device.name): \(comparison)")
                }
            }
        }
    }
}
