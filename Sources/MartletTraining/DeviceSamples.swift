import MartletBackend
import MartletCore
import MartletData
import MartletGraph
import MartletKernels
import MartletOps

/// The samples of a data set as a device gets them: whole, or batch by batch through two staging buffers, one of which is
/// filled while the device computes on the other.
struct DeviceSamples {
    private let session: Session
    private let features: HostArray
    private let layout: SampleLayout
    /// The table of all samples, or the staging buffers.
    fileprivate let buffers: [any Buffer]
    /// 0, 1, 2, …: the rows of a staging buffer. Nil where the table is resident.
    private let rows: (any Buffer)?

    var isStreamed: Bool { rows != nil }

    init(
        _ features: HostArray, _ layout: SampleLayout, largestBatch: Int, _ residency: Residency, in session: Session,
        _ purpose: String
    ) throws(DeviceError) {
        self.session = session
        self.features = features
        self.layout = layout
        if residency != .streamed, let table = try Self.table(features, layout, residency, session, purpose) {
            (buffers, rows) = ([table], nil)
            return
        }
        let count = largestBatch * features.shape.withoutFirst.elementCount
        var staging: [any Buffer] = []
        for _ in 0..<2 { staging.append(try session.device.makeBuffer(features.dtype, count: count, purpose: "batches of \(purpose)")) }
        buffers = staging
        rows = try session.resident(HostArray([largestBatch], (0..<Int32(largestBatch)).map { $0 }), "the rows of a batch")
    }

    /// All samples on the device; nil where they do not fit and need not.
    private static func table(
        _ features: HostArray, _ layout: SampleLayout, _ residency: Residency, _ session: Session, _ purpose: String
    ) throws(DeviceError) -> (any Buffer)? {
        // Indices inside a tensor have 32 bits.
        if features.shape.checkedElementCount == nil, residency == .automatic { return nil }
        let buffer: any Buffer
        do {
            buffer = try session.device.makeBuffer(features.dtype, count: features.count, purpose: purpose)
        } catch {
            guard case .outOfMemory = error, residency == .automatic else { throw error }
            return nil
        }
        guard layout == .channelsLast else {
            try buffer.write(features, at: 0)
            return buffer
        }
        // In pieces, so that the host need not hold them all twice.
        let width = features.shape.withoutFirst.elementCount
        for start in stride(from: 0, to: features.shape[0], by: 1024) {
            let range = start ..< min(start + 1024, features.shape[0])
            try buffer.write(features.channelsLast(rows: range), at: start * width)
        }
        return buffer
    }

    /// Prepares plans made for these samples; `others` are the externals behind the samples.
    func prepare(_ plans: [Plan], others: [any Buffer] = []) throws(DeviceError) -> BatchRunner {
        let group = try session.prepare(plans, bindings: buffers.map { [$0] + (rows.map { [$0] } ?? []) + others })
        return BatchRunner(self, group)
    }

    /// Puts the rows of a step's batch into a staging buffer.
    fileprivate func stage(_ step: StepParameters, count: Int, in slot: Int) throws(DeviceError) {
        let indices = (0..<count).map { row in
            let position = UInt32(step.batchStart + row)
            return step.shuffleKey == nil
                ? Int(position)
                : Int(martlet_host_permute(position, step.raw.sample_count, step.raw.shuffle_low, step.raw.shuffle_high))
        }
        let width = features.shape.withoutFirst.elementCount
        try buffers[slot].stage(count: count * width) { target in
            switch features.elements {
            case .float32(let values): layout.gather(values, indices, features.shape, into: target)
            case .int32(let values): layout.gather(values, indices, features.shape, into: target)
            case .uint8(let values): layout.gather(values, indices, features.shape, into: target)
            }
        }
    }
}

/// How a sample lies in a device's memory.
enum SampleLayout: Hashable, Sendable {
    case asStored
    /// Channels x height x width in files, height x width x channels on devices.
    case channelsLast

    /// - Returns: the type of samples that are stored as the given one.
    func deviceType(_ type: TensorType) -> TensorType {
        let shape = type.shape
        return self == .asStored ? type : TensorType([shape[0], shape[2], shape[3], shape[1]], type.dtype)
    }

    fileprivate func gather<T: BitwiseCopyable>(
        _ values: [T], _ indices: [Int], _ shape: Shape, into target: UnsafeMutableRawBufferPointer
    ) {
        let width = shape.withoutFirst.elementCount
        let channels = self == .channelsLast ? shape[1] : 1, size = width / max(1, channels)
        let target = target.bindMemory(to: T.self)
        values.withUnsafeBufferPointer { values in
            for (row, index) in indices.enumerated() {
                let source = UnsafeBufferPointer(rebasing: values[index * width ..< (index + 1) * width])
                guard channels > 1 else {
                    _ = UnsafeMutableBufferPointer(rebasing: target[(row * width)...]).update(fromContentsOf: source)
                    continue
                }
                var place = row * width
                for pixel in 0..<size {
                    for channel in 0..<channels {
                        target[place] = source[channel * size + pixel]
                        place += 1
                    }
                }
            }
        }
    }
}

/// Plans over the samples of a data set, run step by step.
final class BatchRunner {
    private let samples: DeviceSamples
    private let group: Session.Group
    private var turn = 0

    fileprivate init(_ samples: DeviceSamples, _ group: Session.Group) {
        self.samples = samples
        self.group = group
    }

    /// Nil where no plan has results.
    var outputs: (any Buffer)? { group.outputs }

    /// Enqueues a plan over `count` samples.
    func run(_ plan: Int, count: Int, _ step: StepParameters) throws(DeviceError) {
        let slot = turn % samples.buffers.count
        if samples.isStreamed {
            // The step before the last one read this buffer; the last one is still under way, on the other.
            for executable in group.executables[slot] { try executable.finish() }
            try samples.stage(step, count: count, in: slot)
        }
        try group.executables[slot][plan].run(step)
        turn += 1
    }
}
