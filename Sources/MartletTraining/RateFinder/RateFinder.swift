import MartletBackend
import MartletCore
import MartletData
import MartletNN
import MartletOps

/// The range test (Smith 2017): a short training run whose learning rate grows geometrically, step by step. Where the loss falls
/// fastest is a good rate; where it rises the rate is too high.
public struct RateFinder: Sendable {
    /// The learning rate of the first step.
    public var least = 1e-7
    /// The learning rate of the last step, where the loss does not diverge before.
    public var greatest = 10.0
    /// From one to the other: at least 10.
    public var steps = 100
    /// How much of a step's loss the smoothed one takes from each neighbour, and so on geometrically.
    public var smoothing = 0.8
    /// The test ends when the mean of the losses so far, of which the newest count most, is so many times the lowest.
    public var divergence = 4.0

    /// 100 steps from 1e-7 to 10.
    public init() {}

    /// Runs the test and leaves the model as it was, weights and optimizer alike.
    ///
    /// - Parameter progress: told of every step; false ends the test with what there is.
    public func run(
        _ model: CompiledModel, on data: DataSet, options: FitOptions = FitOptions(),
        progress: @escaping (Int, Int) -> Bool = { _, _ in true }
    ) throws(TrainingError) -> RateCurve {
        guard least > 0, greatest > least, greatest.isFinite else {
            throw .badOption("the learning rates must be greater than 0 and grow, not go from \(least) to \(greatest)")
        }
        guard steps >= 10 else { throw .badOption("a range test has at least 10 steps, not \(steps)") }
        guard smoothing >= 0, smoothing < 1 else { throw .badOption("the smoothing must be at least 0 and below 1, not \(smoothing)") }
        guard divergence > 1 else { throw .badOption("the loss diverges at more than once the lowest, not \(divergence) times") }

        var training = options
        (training.checkpoint, training.checkpointEvery) = (nil, nil)
        (training.earlyStopping, training.keepsBest, training.averaging) = (nil, nil, nil)
        training.epochs = steps
        training.schedule = schedule
        let before = try model.takeState()
        let batches = Batches(count: data.count, size: max(1, training.batchSize), dropLast: training.dropsLast)
        let recorder = Recorder(self, model, batches, progress)
        let failure = Self.train(model, data, training, recorder)
        try model.putBack(before)
        switch failure {
        case nil, .interrupted?, .notFinite?, .diverged?: break
        case let error?: throw error
        }
        if let error = recorder.error { throw .device(error) }
        return RateCurve(
            recorder.losses, smoothing: smoothing, diverged: recorder.hasDiverged, isPartial: recorder.isAbandoned)
    }

    private static func train(
        _ model: CompiledModel, _ data: DataSet, _ options: FitOptions, _ recorder: Recorder
    ) -> TrainingError? {
        do {
            _ = try model.fit(data, options: options, callbacks: [recorder])
            return nil
        } catch {
            return error
        }
    }

    /// greatest (least / greatest)^((steps - 1 - t) / (steps - 1))
    private var schedule: Schedule {
        let (greatest, ratio, last) = (greatest, logarithm(greatest / least), steps - 1)
        return Schedule(ScheduleRule("range_test", "a geometric sequence") { t, _, _ in
            greatest * exponential(-ratio * Double(max(0, last - t)) / Double(last))
        })
    }

    /// Reads the loss of every step.
    private final class Recorder: Callback {
        private let finder: RateFinder
        private let model: CompiledModel
        private let batches: Batches
        private let report: (Int, Int) -> Bool
        private let schedule: ResolvedSchedule
        private(set) var losses: [(rate: Double, loss: Double)] = []
        private(set) var hasDiverged = false
        private(set) var isAbandoned = false
        private(set) var error: DeviceError?
        private var average = 0.0
        private var lowest = Double.infinity
        private var former = (sum: 0.0, samples: 0, epoch: 0)
        private var shouldStop = false

        init(_ finder: RateFinder, _ model: CompiledModel, _ batches: Batches, _ report: @escaping (Int, Int) -> Bool) {
            self.finder = finder
            self.model = model
            self.batches = batches
            self.report = report
            schedule = finder.schedule.resolved(for: RunLength(iterationsPerEpoch: finder.steps, epochs: 1))
        }

        func progressed(_ progress: Progress, of model: CompiledModel) -> Decision {
            do {
                let sum = try model.session.metrics(1)[0]
                let samples = batches[progress.batch - 1].start + batches[progress.batch - 1].count
                if progress.epoch != former.epoch { former = (0, 0, progress.epoch) }
                let loss = (sum - former.sum) / Double(samples - former.samples)
                former = (sum, samples, progress.epoch)
                add(loss)
            } catch {
                self.error = error
                shouldStop = true
            }
            if !report(losses.count, finder.steps) { (isAbandoned, shouldStop) = (true, true) }
            return shouldStop ? .interrupt : .proceed
        }

        private func add(_ loss: Double) {
            let step = losses.count
            losses.append((schedule.rate(at: step, base: 1), loss))
            average = finder.smoothing * average + (1 - finder.smoothing) * loss
            let smoothed = average / (1 - power(finder.smoothing, step + 1))
            lowest = min(lowest, smoothed)
            hasDiverged = !loss.isFinite || step > finder.steps / 10 && smoothed > finder.divergence * lowest
            shouldStop = hasDiverged || losses.count == finder.steps
        }
    }
}

extension CompiledModel {
    /// Weights, statistics, the optimizer's states and the count of steps, in host memory.
    fileprivate func takeState() throws(TrainingError) -> State {
        try wrap { () throws(DeviceError) in
            var optimizer: [[String: HostArray]] = []
            for index in 0..<self.optimizer.rule.stateCount { optimizer.append(Self.named(try session.optimizerState(index))) }
            return State(variables: Self.named(try session.variables()), optimizer: optimizer, iterations: iterations)
        }
    }

    fileprivate func putBack(_ state: State) throws(TrainingError) {
        try wrap { () throws(DeviceError) in
            try session.setVariables(state.variables)
            for (index, arrays) in state.optimizer.enumerated() { try session.setOptimizerState(index, arrays) }
            try session.resetMetrics()
            try session.resetHealth()
        }
        iterations = state.iterations
    }

    fileprivate struct State {
        let variables: [String: HostArray]
        let optimizer: [[String: HostArray]]
        let iterations: Int
    }

    private static func named(_ arrays: [(variable: ModelVariable, array: HostArray)]) -> [String: HostArray] {
        Dictionary(uniqueKeysWithValues: arrays.map { ($0.variable.name, $0.array) })
    }
}
