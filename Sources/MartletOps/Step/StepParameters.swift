import MartletKernels

/// What changes from one replay of a plan to the next; the layout is `Kernels/Shared/step.h`.
public struct StepParameters: Sendable {
    /// The bytes that a device reads.
    public private(set) var raw = martlet_step()

    /// How many optimizer scalars a step carries.
    public static let scalarCount = Int(MARTLET_STEP_SCALARS)
    /// Of `raw`.
    public static let byteCount = MemoryLayout<martlet_step>.size

    /// Step 0 of a run, with no samples and every scalar 0.
    public init(seed: UInt64 = 0) { self.seed = seed }

    /// Iterations done before this one, over the whole run.
    public var step: UInt32 {
        get { raw.step }
        set { raw.step = newValue }
    }
    /// Key of the counter-based generator.
    public var seed: UInt64 {
        get { UInt64(raw.seed_high) << 32 | UInt64(raw.seed_low) }
        set { (raw.seed_low, raw.seed_high) = (UInt32(truncatingIfNeeded: newValue), UInt32(newValue >> 32)) }
    }
    /// Key of the permutation in which an epoch visits the samples; nil for stored order.
    public var shuffleKey: UInt64? {
        get { raw.shuffled == 0 ? nil : UInt64(raw.shuffle_high) << 32 | UInt64(raw.shuffle_low) }
        set {
            raw.shuffled = newValue == nil ? 0 : 1
            let key = newValue ?? 0
            (raw.shuffle_low, raw.shuffle_high) = (UInt32(truncatingIfNeeded: key), UInt32(key >> 32))
        }
    }
    /// Position in the epoch of the batch's first row.
    public var batchStart: Int {
        get { Int(raw.batch_start) }
        set { raw.batch_start = UInt32(newValue) }
    }
    /// Rows of the data set.
    public var sampleCount: Int {
        get { Int(raw.sample_count) }
        set { raw.sample_count = UInt32(newValue) }
    }
    /// The optimizer's scalars: learning rate, bias corrections and the like.
    public subscript(scalar index: Int) -> Float {
        get { withUnsafeBytes(of: raw.scalars) { $0.load(fromByteOffset: 4 * index, as: Float.self) } }
        set { withUnsafeMutableBytes(of: &raw.scalars) { $0.storeBytes(of: newValue, toByteOffset: 4 * index, as: Float.self) } }
    }
}
