import MartletCore
import MartletKernels

/// The rows of the data set that a step trains on: position `batchStart + row` of the epoch, or where the step is
/// shuffled the place to which the keyed permutation sends it. No table and no upload.
public struct BatchIndices: Operation {
    public static let name = "batch_indices"
    public static let summary = Summary(
        "the rows of the data set of a step: its positions in the epoch, permuted by a key",
        order: "none: integers",
        source: "Black and Rogaway: Ciphers with arbitrary finite domains (2002)")
    /// Rows of the batch.
    public var count: Int

    /// - Parameter count: at least 1.
    public init(count: Int) { self.count = count }

    public func resultTypes(_ operands: [TensorType]) throws(ShapeError) -> [TensorType] {
        try require(operands.isEmpty && count > 0, "no operands and at least one row", operands)
        return [TensorType([count], .int32)]
    }

    public func evaluate(_ operands: [OracleTensor], into results: inout [OracleTensor], step: StepParameters) {
        for row in 0..<count {
            let position = UInt32(step.batchStart + row)
            results[0][row] = step.shuffleKey == nil
                ? Double(position)
                : Double(martlet_host_permute(position, step.raw.sample_count, step.raw.shuffle_low, step.raw.shuffle_high))
        }
    }

    public static var samples: [Sample] {
        [1, 7, 64].map { Sample("\($0) rows", BatchIndices(count: $0), []) }
    }
}
