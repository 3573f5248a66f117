import MartletBackend
import MartletCore
import MartletData
import MartletGraph
import MartletOps

/// Samples as a device gets them: all at once, or batch by batch through two sets of staging buffers, one of which is filled
/// while the device computes on the other.
struct DeviceSamples {
    private let session: Session
    /// The externals of a step up to the constants of the loss: the features; the rows of a batch, where it is staged, or those
    /// of an epoch, where the host draws them; the targets, where there are any. Two, which are used in turns, where batches are staged.
    fileprivate let bindings: [[any Buffer]]
    /// Nil where all samples are on the device.
    fileprivate let feed: (any BatchFeed)?
    /// The rows of an epoch, where the device takes those that the host draws.
    fileprivate var drawn: (any Buffer)?

    var isStreamed: Bool { feed != nil }

    /// The samples of a data set or of a source, with their targets.
    init(
        _ source: any SampleSource, _ layout: SampleLayout, largestBatch: Int, _ residency: Residency, drawn: (any Buffer)? = nil,
        in session: Session
    ) throws(DeviceError) {
        let format = source.format, purpose = "the data '\(format.name)'"
        self.session = session
        let data = source as? DataSet
        if let data, residency != .streamed, let table = try Self.table(data.features, layout, residency, session, purpose) {
            bindings = [[table] + (drawn.map { [$0] } ?? []) + [try session.resident(data.targetArray, "the targets of '\(format.name)'")]]
            feed = nil
            self.drawn = drawn
            return
        }
        bindings = try Self.staging(
            format.features(count: largestBatch), targets: format.targets.type(count: largestBatch), session, purpose)
        feed = if let data { StoredFeed(data.features, targets: data.targetArray, layout) } else { SourceFeed(source, layout) }
    }

    /// Features alone.
    init(
        _ features: HostArray, _ layout: SampleLayout, largestBatch: Int, _ residency: Residency, in session: Session
    ) throws(DeviceError) {
        self.session = session
        if residency != .streamed, let table = try Self.table(features, layout, residency, session, "the samples") {
            bindings = [[table]]
            feed = nil
            return
        }
        let batch = TensorType(features.shape.withoutFirst.prepending(largestBatch), features.dtype)
        bindings = try Self.staging(batch, targets: nil, session, "the samples")
        feed = StoredFeed(features, targets: nil, layout)
    }

    private static func staging(
        _ features: TensorType, targets: TensorType?, _ session: Session, _ purpose: String
    ) throws(DeviceError) -> [[any Buffer]] {
        let rows = try session.resident(
            HostArray([features.shape[0]], (0..<Int32(features.shape[0])).map { $0 }), "the rows of a batch")
        var bindings: [[any Buffer]] = []
        for _ in 0..<2 {
            func make(_ type: TensorType) throws(DeviceError) -> any Buffer {
                try session.device.makeBuffer(type.dtype, count: type.elementCount, purpose: "batches of \(purpose)")
            }
            var binding = [try make(features), rows]
            if let targets { binding.append(try make(targets)) }
            bindings.append(binding)
        }
        return bindings
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

    /// Prepares plans made for these samples; `constants` are the externals behind the samples, `lent` the workspaces of
    /// plans that run at other times, `regions` what stands in the place of the session's own.
    func prepare(
        _ plans: [Plan], constants: [any Buffer] = [], sharing lent: [any Buffer] = [], over regions: [Region: any Buffer] = [:]
    ) throws(DeviceError) -> BatchRunner {
        BatchRunner(self, plans.map(\.program.launches), try session.prepare(plans, bindings: bindings.map { $0 + constants }, sharing: lent, over: regions))
    }
}

/// Plans over samples, run step by step.
final class BatchRunner {
    private let samples: DeviceSamples
    private let group: Session.Group
    private var turn = 0
    /// Of each plan.
    let launches: [[Launch]]

    fileprivate init(_ samples: DeviceSamples, _ launches: [[Launch]], _ group: Session.Group) {
        self.samples = samples
        self.launches = launches
        self.group = group
    }

    /// Nil where no plan has results.
    var outputs: (any Buffer)? { group.outputs }
    var workspaces: [any Buffer] { group.workspaces }

    /// What follows are the batches of an epoch (0: of an evaluation), from a sample on.
    ///
    /// - Parameter rows: those of the epoch, where the host draws them.
    func begin(epoch: Int, from start: Int = 0, drawn rows: [Int32]? = nil) throws(TrainingError) {
        try samples.feed?.begin(epoch: epoch, from: start, drawn: rows)
        if let rows, let drawn = samples.drawn {
            try wrap { () throws(DeviceError) in try drawn.write(HostArray([rows.count], rows), at: 0) }
        }
    }

    /// Enqueues a plan over `count` samples.
    func run(_ plan: Int, count: Int, _ step: StepParameters) throws(TrainingError) {
        let executable = try executable(plan, count: count, step)
        try wrap { () throws(DeviceError) in try executable.run(step) }
    }

    /// Runs a plan over `count` samples, waits for it, and tells when each launch was under way.
    func runTimed(_ plan: Int, count: Int, _ step: StepParameters) throws(TrainingError) -> [LaunchSpan] {
        let executable = try executable(plan, count: count, step)
        return try wrap { () throws(DeviceError) in try executable.runTimed(step) }
    }

    /// The plan's executable for the next step, with the samples in place.
    private func executable(_ plan: Int, count: Int, _ step: StepParameters) throws(TrainingError) -> any Executable {
        let slot = turn % samples.bindings.count
        try samples.feed?.fetch(count, step)
        try wrap { () throws(DeviceError) in
            if let feed = samples.feed {
                // The step before the last one read these buffers; the last one is still under way, on the others.
                for executable in group.executables[slot] { try executable.finish() }
                let binding = samples.bindings[slot]
                try feed.stage(features: binding[0], targets: binding.count > 2 ? binding[2] : nil)
            }
        }
        turn += 1
        return group.executables[slot][plan]
    }
}
