import MartletBackend
import MartletFormats

/// A group of reference cases and how one of them is computed on a device.
///
/// Runners match on `op` and `attrs`, never on ids: other folders have other seeds, shapes and attributes.
public struct ReferenceGroup: Sendable {
    /// As the folder's `index.json` has it.
    public let name: String
    /// The case's outputs by their names; nil where Martlet has no such operation or does not know an attribute.
    public let run: @Sendable (_ test: ReferenceCase, _ device: any Device) throws -> [String: [Float]]?

    /// A group of your own, with what computes one of its cases.
    public init(_ name: String, run: @escaping @Sendable (_ test: ReferenceCase, _ device: any Device) throws -> [String: [Float]]?) {
        self.name = name
        self.run = run
    }

    /// Every group with a runner; a group that is not listed is reported as unsupported.
    public static let all: [ReferenceGroup] = [
        ReferenceGroup("matmul", run: runMatmulCase),
        ReferenceGroup("linear", run: runLinearCase),
        ReferenceGroup("activations", run: runActivationCase),
        ReferenceGroup("softmax", run: runSoftmaxCase),
        ReferenceGroup("batch_norm", run: runBatchNormCase),
        ReferenceGroup("layer_norm", run: runLayerNormCase),
        ReferenceGroup("conv2d", run: runConv2DCase),
        ReferenceGroup("pooling", run: runPoolingCase),
        ReferenceGroup("embedding", run: runEmbeddingCase),
        ReferenceGroup("losses", run: runLossCase),
        ReferenceGroup("optimizers", run: runOptimizerCase),
        ReferenceGroup("initialisers", run: runInitialiserCase),
        ReferenceGroup("clipping", run: runClippingCase),
        ReferenceGroup("schedules", run: runScheduleCase),
        ReferenceGroup("end_to_end", run: runTrainingCase),
    ]
}
