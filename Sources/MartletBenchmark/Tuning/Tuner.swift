import MartletBackend
import MartletCore
import MartletOpenCL

/// Told of what happens, while it happens.
public protocol TuningObserver {
    func started(_ task: String, _ place: Int, of count: Int)
    func trying(_ variant: String, for task: String, secondsLeft: Double)
    func quarantined(_ variant: String, for task: String, _ reason: String)
    /// Asked between candidates, and while one is measured.
    var shouldStop: Bool { get }
}

/// How variants are measured.
public struct TuningSchedule: Sendable {
    /// Of the whole run.
    public var budget: Double
    /// Of each variant in all its turns.
    public var seconds = 0.06
    /// After which a child process is ended, and its candidate given up.
    public var limit = 20.0

    public init(budget: Double) { self.budget = budget }
}

/// Measures the variants of tasks within a time budget, each in a child process, and keeps what it finds in the device's
/// tuning file after each of them.
public final class Tuner {
    private let backend: String
    private let device: DeviceTraits
    /// The dearest first.
    private let wishes: [TuningWish]
    private let cache: ProgramCache
    /// What was known when the run began.
    private let known: Tuning
    private var file: TuningFile

    public init(_ device: OpenCLDevice, _ wishes: [TuningWish]) {
        (backend, self.device, cache) = ("opencl:\(device.context.device.address)", device.traits, .shared)
        let traits = device.traits
        // Where kernels of the other class stand in for those of the usual one, nothing is tuned.
        self.wishes = wishes.filter { wish in
            device.kernels(for: type(of: wish.task.operation)) == traits.deviceClass && wish.task.hasChoice(on: traits)
        }.sorted { ($1.weight, $0.name) < ($0.weight, $1.name) }
        known = Tuning.known(of: traits, in: cache)
        // A file that cannot be read is written anew.
        file = known.file ?? TuningFile(TunedDevice(traits))
    }

    /// Why a file that is there is not used.
    public var problem: String? { known.problem }
    /// Where results are kept; nil where they are not.
    public var path: String? { TuningFile.path(for: device, in: cache) }
    /// Whether every task was searched to its end.
    public var isComplete: Bool { wishes.allSatisfy(isComplete) }

    /// Forgets all that was measured on this device.
    public func reset() { file = TuningFile(TunedDevice(device)) }

    /// Writes what is known.
    /// - Returns: false where it cannot be kept.
    public func save() -> Bool { file.write(for: device, in: cache) }

    /// Measures until everything is searched or the time is over.
    /// - Returns: false where the observer asked to stop; what was found is kept all the same.
    public func run(_ schedule: TuningSchedule, _ observer: some TuningObserver) -> Bool {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(schedule.budget)
        while clock.now < end, !isComplete {
            var rest = wishes.enumerated().filter { !isComplete($0.element) }
            while !rest.isEmpty, clock.now < end {
                let (place, wish) = rest[0]
                observer.started(wish.name, place, of: wishes.count)
                let share = wish.weight / rest.map(\.element.weight).reduce(0, +)
                let deadline = clock.now + (end - clock.now) * share
                guard tune(wish.task, until: deadline, end: end, schedule, observer) else { return false }
                rest.removeFirst()
            }
        }
        return true
    }

    private func isComplete(_ wish: TuningWish) -> Bool { file[wish.name]?.isComplete ?? false }

    // MARK: One task

    /// - Returns: false where the observer asked to stop.
    private func tune<Task: TunedTask>(
        _ task: Task, until deadline: ContinuousClock.Instant, end: ContinuousClock.Instant, _ schedule: TuningSchedule,
        _ observer: some TuningObserver
    ) -> Bool {
        let search = TuningSearch(task, on: device, seeds: [known.choice(for: task, on: device).variant.name])
        let clock = ContinuousClock()
        repeat {
            let result = file[task.name] ?? TuningResult(task.name)
            guard let next = search.next(after: result, without: file.quarantined(of: Task.self)) else {
                return confirm(search, schedule, isComplete: true, observer)
            }
            if observer.shouldStop { return false }
            observer.trying(next, for: task.name, secondsLeft: (end - clock.now).inSeconds)
            guard measure(next, search, result, schedule, observer) else { return false }
        } while clock.now < deadline
        return confirm(search, schedule, isComplete: false, observer)
    }

    /// One variant, in turns with the usual one, or where that is wrong with the best.
    /// - Returns: false where the observer asked to stop.
    private func measure<Task: TunedTask>(
        _ next: String, _ search: TuningSearch<Task>, _ before: TuningResult, _ schedule: TuningSchedule, _ observer: some TuningObserver
    ) -> Bool {
        var result = before
        // The first is tried alone, so that what happens is its own fault.
        let reference = result.reference(usual: search.usual)
        switch process(search, [reference, next].compactMap(\.self), schedule).outcome(shouldStop: { observer.shouldStop }) {
        case .stopped: return false
        case .failed(let reason): result[next] = .init(next, problem: reason)
        case .measured(let found): result.record(found, reference: reference)
        }
        if let problem = result[next]?.problem { observer.quarantined(next, for: result.task, problem) }
        keep(result, search, isConfirmed: false)
        return true
    }

    /// The best ones once more, side by side and for longer, since the best of many is often only lucky.
    private func confirm<Task: TunedTask>(
        _ search: TuningSearch<Task>, _ schedule: TuningSchedule, isComplete: Bool, _ observer: some TuningObserver
    ) -> Bool {
        guard var result = file[search.task.name], let reference = result.reference(usual: search.usual) else { return true }
        let finalists = result.finalists.filter { $0 != reference }
        if !finalists.isEmpty {
            observer.trying("the best \(finalists.count) again", for: result.task, secondsLeft: 0)
            var schedule = schedule
            schedule.seconds *= 4
            switch process(search, [reference] + finalists, schedule).outcome(shouldStop: { observer.shouldStop }) {
            case .stopped: return false
            // Each was right by itself: nobody's fault.
            case .failed: return true
            case .measured(let found): result.record(found, reference: reference)
            }
        }
        result.isComplete = isComplete
        keep(result, search, isConfirmed: true)
        return true
    }

    private func process<Task: TunedTask>(_ search: TuningSearch<Task>, _ variants: [String], _ schedule: TuningSchedule) -> CandidateProcess {
        CandidateProcess(
            backend: backend, task: search.task.name, variants: variants, seconds: schedule.seconds, limit: schedule.limit)
    }

    private func keep<Task: TunedTask>(_ result: TuningResult, _ search: TuningSearch<Task>, isConfirmed: Bool) {
        var result = result
        result.choose(usual: search.usual, isConfirmed: isConfirmed)
        file[result.task] = result
        _ = save()
    }

    // MARK: What came of it

    /// What is known of each task, the dearest first.
    public var reports: [TuningReport] { wishes.map { report($0.task, count: $0.count) } }

    private func report<Task: TunedTask>(_ task: Task, count: Int) -> TuningReport {
        let search = TuningSearch(task, on: device)
        let result = file[task.name]
        // As a device that is opened now would choose.
        let tuning = Tuning(file: file, shipped: known.shipped)
        let choice = tuning.choice(for: task, on: device)
        let measured = result?[choice.variant.name].flatMap { $0.problem == nil ? $0 : nil }
        return TuningReport(
            task: task.name, launches: count, candidates: search.candidates.count, tried: result?.candidates.count ?? 0,
            isComplete: result?.isComplete ?? false, usual: search.usual, variant: choice.variant.name, origin: choice.origin.rawValue,
            microseconds: measured?.microseconds, ratio: measured?.ratio,
            quarantined: result?.candidates.compactMap { candidate in candidate.problem.map { (candidate.variant, $0) } } ?? [],
            hasRightVariant: result?.candidates.isEmpty ?? true || result?.ranking.isEmpty == false)
    }
}

/// What is known of the variants of a task.
public struct TuningReport: Sendable {
    public let task: String
    /// In a step of the model.
    public let launches: Int
    /// How many variants there are for it, and how many were tried.
    public let candidates, tried: Int
    public let isComplete: Bool
    /// What the rule takes, what is taken, and why that: `tuned`, `shipped`, `near`, `usual`.
    public let usual, variant, origin: String
    /// Of one launch, and as a multiple of the usual variant's; nil where it was not measured.
    public let microseconds, ratio: Double?
    public let quarantined: [(variant: String, reason: String)]
    /// Whether any of those that were tried has the right bits.
    public let hasRightVariant: Bool
}
