import MartletBackend
import MartletData
import MartletOps
import MartletTraining

/// What the launches of a training step cost on a device, against what that device can do at most.
public struct StepProfile: Sendable {
    public struct Row: Sendable {
        /// An operation, or a launch's operation and label.
        public var name: String
        public var launches: Int
        /// Of one step: the median over the steps.
        public var seconds: Double
        /// Of all launches' time.
        public var share: Double
        public var flops: Int
        public var bytes: Int
        /// The time that the measured peaks allow for as much arithmetic and traffic, as a share of the time taken.
        public var percentOfPeak: Double?
        /// The peak that allows less: `fma`, or the cache or memory that the launch's bytes come from.
        public var limitedBy: String?
    }

    /// Of each operation, the dearest first.
    public let operations: [Row]
    /// Of each launch, in order.
    public let launches: [Row]
    /// Seconds from the beginning of a step's first launch to the end of its last: the median over the steps.
    public let stepSeconds: Double
    public let steps: Int

    /// - Precondition: at least one step; all have the same launches.
    init(_ steps: [TimedStep], _ limits: Limits) {
        let parts = steps[0].launches.enumerated().map { place, launch in
            Part(launch, seconds: middle(of: steps.map { $0.spans[place].seconds }), limits)
        }
        let total = parts.map(\.seconds).reduce(0, +)
        launches = parts.map { Row([$0], name: "\($0.operation) \($0.label)", total: total) }
        operations = Dictionary(grouping: parts, by: \.operation).map { Row($1, name: $0, total: total) }
            .sorted { ($1.seconds, $0.name) < ($0.seconds, $1.name) }
        stepSeconds = middle(of: steps.map { Double($0.spans.last!.end - $0.spans[0].start) * 1e-9 })
        self.steps = steps.count
    }

    /// Trains for some steps and times their launches.
    ///
    /// - Parameters:
    ///   - steps: that count; some more come before, until kernels are compiled and threads awake.
    ///   - target: the model's device; its limits are measured.
    /// - Throws: `BenchmarkInterrupted`, and what training throws.
    public static func measure(
        _ compiled: CompiledModel, _ data: DataSet, options: FitOptions, steps: Int, on target: BenchmarkTarget,
        shouldStop: @escaping () -> Bool
    ) throws -> StepProfile {
        try target.measureLimits(Schedule(rounds: 5, seconds: 0.1), shouldStop: shouldStop)
        let profiler = StepProfiler(steps: steps, shouldStop: shouldStop)
        var options = options
        // The last batch of an epoch may have launches of its own.
        options.dropsLast = true
        options.epochs = 1 + profiler.wanted * options.batchSize / max(1, data.count)
        while !profiler.isDone {
            do throws(TrainingError) {
                _ = try compiled.fit(data, options: options, callbacks: [profiler])
            } catch {
                // By the profiler itself, when it has what it wants.
                guard case .interrupted = error, profiler.isDone else { throw error }
            }
            if shouldStop() { throw BenchmarkInterrupted() }
        }
        // A shared machine may have been slow when they were measured first.
        try target.refreshLimits()
        return StepProfile(profiler.steps, target.limits)
    }
}

extension StepProfile {
    /// A launch with the least time that each limit allows.
    fileprivate struct Part {
        let operation: String
        let label: String
        let seconds: Double
        let flops: Int
        let bytes: Int
        let arithmetic: Double
        let traffic: Double
        let level: String

        init(_ launch: Launch, seconds: Double, _ limits: Limits) {
            let cost = launch.cost
            operation = type(of: launch.operation).name
            label = launch.label
            self.seconds = seconds
            (flops, bytes) = (cost.flops, cost.bytes)
            let level = limits.level(holding: Double(cost.bytes))
            self.level = level?.name ?? "memory"
            arithmetic = limits.peak > 0 ? Double(cost.flops) / limits.peak : 0
            traffic = level.map { $0.bandwidth > 0 ? Double(cost.bytes) / $0.bandwidth : 0 } ?? 0
        }
    }
}

extension StepProfile.Row {
    fileprivate init(_ parts: [StepProfile.Part], name: String, total: Double) {
        self.name = name
        launches = parts.count
        seconds = parts.map(\.seconds).reduce(0, +)
        share = total > 0 ? seconds / total : 0
        flops = parts.map(\.flops).reduce(0, +)
        bytes = parts.map(\.bytes).reduce(0, +)
        let least = parts.map { max($0.arithmetic, $0.traffic) }.reduce(0, +)
        guard seconds > 0, least > 0 else { return }
        percentOfPeak = 100 * least / seconds
        let dearest = parts.max { max($0.arithmetic, $0.traffic) < max($1.arithmetic, $1.traffic) }!
        limitedBy = dearest.arithmetic >= dearest.traffic ? "fma" : dearest.level
    }
}

/// Keeps the steps that count, and stops training when it has them.
private final class StepProfiler: TimingCallback {
    private(set) var steps: [TimedStep] = []
    let wanted: Int
    private var left: Int
    private let mayGoOn: () -> Bool
    private static let warmUp = 5

    init(steps: Int, shouldStop: @escaping () -> Bool) {
        wanted = Self.warmUp + steps
        left = wanted
        mayGoOn = { !shouldStop() }
    }

    var isDone: Bool { left == 0 }
    var timesLaunches: Bool { true }

    func progressed(_ progress: Progress, of model: CompiledModel) -> Decision { isDone || !mayGoOn() ? .interrupt : .proceed }

    func timed(_ step: TimedStep) {
        guard left > 0 else { return }
        left -= 1
        if left < wanted - Self.warmUp { steps.append(step) }
    }
}
