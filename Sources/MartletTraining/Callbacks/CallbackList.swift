import MartletCore

/// The callbacks of a run, asked as one.
struct CallbackList {
    private let callbacks: [any Callback]
    private let intervals: [Int?]
    private let timing: [any TimingCallback]

    init(_ callbacks: [any Callback]) throws(TrainingError) {
        self.callbacks = callbacks
        intervals = callbacks.map(\.lossInterval)
        timing = callbacks.compactMap { $0 as? any TimingCallback }
        if let interval = intervals.compactMap({ $0 }).first(where: { $0 < 1 }) {
            throw .badOption("a callback can have the loss of every 1 or more steps, not of every \(interval)")
        }
    }

    /// Whether one of them wants the loss of a step.
    func wantsLoss(of iteration: Int) -> Bool { intervals.contains { wants($0, iteration) } }

    /// Whether one of them wants the next batch timed.
    var timesLaunches: Bool { timing.contains { $0.timesLaunches } }
    func timed(_ step: TimedStep) { for callback in timing { callback.timed(step) } }

    func progressed(_ progress: Progress, of model: CompiledModel) throws(TrainingError) -> Decision {
        try ask { (callback, _) in try callback.progressed(progress, of: model) }
    }

    func received(_ loss: StepLoss) throws(TrainingError) -> Decision {
        try ask { (callback, interval) in wants(interval, loss.iteration) ? try callback.received(loss) : .proceed }
    }

    var wantsOutputs: Bool { callbacks.contains { $0.wantsOutputs } }
    func tested(_ outputs: HostArray, of model: CompiledModel) throws(TrainingError) {
        _ = try ask { (callback, _) in
            if callback.wantsOutputs { try callback.tested(outputs, of: model) }
            return .proceed
        }
    }

    func finished(_ epoch: History.Epoch, of model: CompiledModel) throws(TrainingError) -> Decision {
        try ask { (callback, _) in try callback.finished(epoch, of: model) }
    }

    private func wants(_ interval: Int?, _ iteration: Int) -> Bool { interval.map { iteration % $0 == 0 } ?? false }

    /// Everyone is asked, also where the first has decided.
    private func ask(_ body: (any Callback, Int?) throws -> Decision) throws(TrainingError) -> Decision {
        var decision = Decision.proceed
        for (callback, interval) in zip(callbacks, intervals) {
            do {
                decision = max(decision, try body(callback, interval))
            } catch let error as TrainingError {
                throw error
            } catch {
                throw .caller(part: "the callback \(type(of: callback))", error)
            }
        }
        return decision
    }
}
