import MartletOpenCL
import MartletOps

/// Samples that Oclgrind cannot be asked about uninitialised reads, and why; all others are run with that check.
///
/// It takes lane 11 of the source of a shuffle for "undefined" (`getMaskValue(i) == llvm::Value::UndefValueVal`, which is
/// 11, where LLVM says -1), so that whatever is made of that lane counts as never written; and it reads outside of the
/// source where a lane is in truth undefined, which may end the process.
struct UnfollowedReads: Sendable {
    let deviceClass: DeviceClass
    let reason: String
    private let isMeant: @Sendable (Sample) -> Bool

    /// - Parameter kind: a type of operations, or a protocol of several.
    private init<O: Sendable>(
        _ kind: O.Type, _ deviceClass: DeviceClass, _ reason: String, where isMeant: @escaping @Sendable (O, Sample) -> Bool
    ) {
        self.deviceClass = deviceClass
        self.reason = reason
        self.isMeant = { sample in (sample.operation as? O).map { isMeant($0, sample) } ?? false }
    }

    static func contain(_ sample: Sample, _ deviceClass: DeviceClass) -> Bool {
        all.contains { $0.deviceClass == deviceClass && $0.isMeant(sample) }
    }

    private static let all: [UnfollowedReads] = [
        UnfollowedReads(Pointwise.self, .cpu, "random_lanes.h shuffles lane 11 of the random words") { operation, _ in
            operation.expression.isRandom
        },
        UnfollowedReads(Reduce.self, .cpu, "reduce_rows halves a vector: lane 11 is in its upper half") { operation, sample in
            operation.reducedShape(sample.operands).map { operation.extents($0).inner == 1 } ?? false
        },
        UnfollowedReads(SoftmaxCrossEntropy.self, .cpu, "the sum of a row halves a vector, as reduce_rows does") { _, _ in true },
        UnfollowedReads(Matmul.self, .cpu, "pack_turned and TURNED exchange rows and columns by shuffles (turn.h)") { operation, _ in
            operation.transposeB
        },
        UnfollowedReads((any EpilogueOperation).self, .cpu, "random_lanes.h, in an epilogue") { operation, _ in
            operation.epilogue.isRandom
        },
        // The same code as in `matmul`, which is followed: MARTLET_ADD_PRODUCTS.
        UnfollowedReads(Matmul.self, .gpu, "matmul_segments needs k of 1024, and so many steps of a work-group take minutes") { operation, sample in
            let (rows, columns, inner) = operation.extents(sample.operands[0].shape, sample.operands[1].shape)
            return segmentLength(rows: rows, columns: columns, inner: inner) < inner
        },
    ]
}
