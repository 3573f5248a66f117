import ArgumentParser
import Martlet
import MartletBenchmark
import MartletOpenCL

struct TuneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tune", abstract: "Finds the fastest kernels for the products and convolutions of your model on an OpenCL device.",
        discussion: """
            Takes the options of train, and measures what a training step of that model launches, and how the launches are best enqueued; or --shapes; or, with none of \
            these, a list of usual shapes. Tuning changes time and never bits: every candidate runs in a process of its own, \
            must give the bits of the CPU path, and is quarantined where it does not, crashes or hangs. What is found is \
            kept in a text file for the device and its driver, after each candidate, and used from the next start on; the same \
            command goes on where it stopped. Ctrl-C keeps what was found. Exit code 1 where no variant of a task is right. Shapes: \(TuningWish.grammar).
            """)

    @Option(help: ArgumentHelp("opencl | opencl:<index> | … as for train. Default: MARTLET_BACKEND, else opencl.", valueName: "backend"))
    var backend: String?

    @Option(help: ArgumentHelp("Products and convolutions, with commas, in place of a model's.", valueName: "shapes"))
    var shapes: String?

    @Option(help: "Seconds to measure for.")
    var budget = 120.0

    @Option(help: "Seconds after which a candidate's process is ended.")
    var limit = 20.0

    @Flag(help: "Show what would be measured, and what is known.")
    var dryRun = false

    @Flag(help: "Forget what was measured on the device, and begin anew.")
    var reset = false

    @OptionGroup(title: "Data") var data: DataOptions
    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Training") var training: TrainingOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws {
        try reporting {
            Interruption.install()
            guard budget > 0, budget <= 1e6 else { throw TrainingError.badOption("--budget takes seconds above 0, not \(budget)") }
            guard limit >= 1, limit <= 3600 else { throw TrainingError.badOption("--limit takes seconds from 1 to 3600, not \(limit)") }
            let wishes = try wishes()
            let device = try open()
            let tuner = Tuner(device, wishes)
            if let problem = tuner.problem { Terminal.note("\(problem); it is not used, and will be written anew") }
            if reset { tuner.reset() }
            if dryRun { return show(tuner.reports, device) }
            try prepare(tuner)
            let wasComplete = tuner.isComplete
            let observer = TuningProgress(output)
            var schedule = TuningSchedule(budget: budget)
            schedule.limit = limit
            let isDone = tuner.run(schedule, observer)
            observer.finish()
            let reports = tuner.reports
            show(reports, device)
            if !isDone { throw ExitCode(130) }
            if !output.quiet { Terminal.note(verdict(reports, wasComplete: wasComplete, isComplete: tuner.isComplete)) }
            if reports.contains(where: { !$0.hasRightVariant }) { throw ExitCode(1) }
        }
    }

    private func wishes() throws -> [TuningWish] {
        try training.refuseFiles("tune")
        let isModel = model.isGiven || data.data != nil || training.batchSize != nil
        if let shapes {
            guard !isModel else { throw TrainingError.badOption("--shapes takes the place of a model; leave --model, --data and --batch-size out") }
            return try TuningWish.parse(shapes)
        }
        guard isModel else { return TuningWish.usual }
        let setup = try TrainingSetup(data: data, model: model, training: training)
        if !output.quiet { Terminal.note(setup.summary) }
        guard (1...setup.train.count).contains(setup.options.batchSize) else {
            throw TrainingError.badOption("the batch size must be from 1 to the \(setup.train.count) training samples, not \(setup.options.batchSize)")
        }
        let plan = try setup.model.trainingPlan(
            setup.train, loss: setup.loss, optimizer: setup.optimizer, batchSize: setup.options.batchSize,
            augmentation: setup.options.augmentation, penalty: setup.options.penalty, decaysAll: setup.decaysAll,
            accumulation: setup.options.accumulation, rules: setup.options.parameters)
        return TuningWish.all(in: plan.program)
    }

    private func open() throws -> OpenCLDevice {
        let usual = try BackendSelection.fromEnvironment()
        let selection = try backend.map { try BackendSelection(parsing: $0) } ?? (usual == .auto ? .opencl(.any) : usual)
        let opened = try Backends.open(selection)
        guard let device = opened.device as? OpenCLDevice else {
            throw TrainingError.badOption("there is nothing to tune on the CPU path, whose kernels are chosen by its processor; name an OpenCL device (martlet devices lists them)")
        }
        if !output.quiet { Terminal.note("device: \(device.name), \(opened.reason)") }
        return device
    }

    /// Says where results go, before the time is spent.
    private func prepare(_ tuner: Tuner) throws {
        guard let path = tuner.path else {
            if !output.quiet { Terminal.note("what is found is not kept: MARTLET_CACHE_DIR is empty") }
            return
        }
        guard tuner.save() else {
            throw FormatError.unwritable(
                path: path, reason: "the folder cannot be made or written to", remedy: "set MARTLET_CACHE_DIR to a folder that can be")
        }
        if !output.quiet { Terminal.note("results: \(path)") }
    }

    private func verdict(_ reports: [TuningReport], wasComplete: Bool, isComplete: Bool) -> String {
        if reports.isEmpty { return "nothing to do: none of it has variants to choose from" }
        if wasComplete { return "nothing to do: everything was searched before; --reset begins anew" }
        if isComplete { return "everything is searched" }
        let open = reports.filter { !$0.isComplete }.count
        return "the time is over; \(open) of \(reports.count) are not searched to the end: the same command goes on"
    }

    private func show(_ reports: [TuningReport], _ device: OpenCLDevice) {
        guard !output.json else {
            for report in reports { Terminal.result(report.json(backend: "opencl:\(device.context.device.address)")) }
            return
        }
        let heading = ["task", "in a step", "variant", "because", "µs", "of the usual", "tried", "search"]
        let cells = reports.map { report in
            [
                report.task, "\(report.launches)", report.variant, report.origin, Format.fixed(report.microseconds, 1),
                Format.fixed(report.ratio, 3), "\(report.tried) of \(report.candidates)", report.isComplete ? "done" : "open",
            ]
        }
        if !reports.isEmpty { Terminal.result(Format.table([heading] + cells, left: [0, 2, 3, 7])) }
        for report in reports {
            for (variant, reason) in report.quarantined {
                Terminal.result(Terminal.red("quarantined: \(variant) for \(report.task): \(reason)"))
            }
        }
    }
}

/// One task's variants in a process of their own, for tune; prints an object for each.
struct TuneCandidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: CandidateRun.argument, abstract: "Measures variants of one task, for tune.", shouldDisplay: false)

    @Option var backend: String
    @Option var task: String
    @Option var variant: [String]
    @Option var seconds = 0.06
    @Option var limit = 20.0

    func run() throws {
        try reporting {
            CandidateRun.limit(seconds: limit)
            for row in try CandidateRun.measure(task: task, variants: variant, backend: backend, seconds: seconds) { Terminal.result(row) }
        }
    }
}

/// Tuning as a person watches it.
private final class TuningProgress: TuningObserver {
    private let output: OutputOptions
    private var place = ""

    init(_ output: OutputOptions) { self.output = output }

    var shouldStop: Bool { Interruption.isRequested }

    func started(_ task: String, _ place: Int, of count: Int) {
        self.place = "\(place + 1)/\(count)"
        if !output.quiet, !Terminal.isInteractive { Terminal.note("\(self.place) \(task)") }
    }

    func trying(_ variant: String, for task: String, secondsLeft: Double) {
        guard !output.quiet, Terminal.isInteractive else { return }
        Terminal.status("\(place) \(task): \(variant), \(Format.fixed(max(0, secondsLeft), 0)) s left")
    }

    func quarantined(_ variant: String, for task: String, _ reason: String) {
        finish()
        Terminal.note("quarantined: \(variant) for \(task): \(reason)")
    }

    func finish() { if !output.quiet, Terminal.isInteractive { Terminal.clearStatus() } }
}

extension TuningReport {
    fileprivate func json(backend: String) -> [JSONValue.Member] {
        [
            .init("task", .string(task)), .init("backend", .string(backend)), .init("launches", .integer(launches)),
            .init("variant", .string(variant)), .init("origin", .string(origin)), .init("usual", .string(usual)),
            .init("microseconds", microseconds.map { .number($0) } ?? .null), .init("ratio", ratio.map { .number($0) } ?? .null),
            .init("candidates", .integer(candidates)), .init("tried", .integer(tried)), .init("complete", .bool(isComplete)),
            .init("quarantined", .array(quarantined.map { variant, reason in
                .object([.init("variant", .string(variant)), .init("reason", .string(reason))])
            })),
        ]
    }
}
