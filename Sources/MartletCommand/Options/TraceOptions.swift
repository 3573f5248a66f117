import ArgumentParser
import Martlet

struct TraceOptions: ParsableArguments {
    @Option(help: ArgumentHelp(
        "Write when each launch of the first steps was under way, in Chrome's trace format: ui.perfetto.dev shows it.", valueName: "file"))
    var trace: String?

    @Option(help: ArgumentHelp("Of each backend, to trace; the host waits for each of them. Default: 50.", valueName: "steps"))
    var traceSteps: Int?

    /// Nil where no trace is wanted.
    func tracer() throws -> StepTracer? {
        guard let trace else {
            guard traceSteps == nil else { throw TrainingError.badOption("--trace-steps needs --trace FILE") }
            return nil
        }
        let steps = traceSteps ?? 50
        guard steps > 0 else { throw TrainingError.badOption("--trace-steps must be at least 1, not \(steps)") }
        try File.checkWritable(trace)
        return StepTracer(trace, steps: steps)
    }
}

/// Collects the first steps of each backend's run for a file.
final class StepTracer {
    private let path: String
    private let steps: Int
    private var left: [String: Int] = [:]
    private var trace = ChromeTrace()

    init(_ path: String, steps: Int) {
        self.path = path
        self.steps = steps
    }

    func wantsMore(of device: String) -> Bool { left[device, default: steps] > 0 }

    func add(_ step: TimedStep, on device: String) {
        left[device, default: steps] -= 1
        trace.add(step, on: device)
    }

    func write() throws(FormatError) { try File.write(Array("\(trace.json)\n".utf8), to: path) }
}

/// Hands the steps of a run to its tracer.
struct TracingCallback: TimingCallback {
    private let tracer: StepTracer
    private let device: String

    init(_ tracer: StepTracer, of device: String) {
        self.tracer = tracer
        self.device = device
    }

    var timesLaunches: Bool { tracer.wantsMore(of: device) }
    func timed(_ step: TimedStep) { tracer.add(step, on: device) }
}
