import MartletBackend
import MartletFormats
import MartletGraph
import MartletOps

/// Timed steps in Chrome's trace event format, which https://ui.perfetto.dev and chrome://tracing show
/// (Google, "Trace Event Format", 2016: complete events, times in microseconds).
///
/// Every device is a process of the trace, with a track of its steps and one of its launches.
public struct ChromeTrace: Sendable {
    private var events: [JSONValue] = []
    private var devices: [String] = []

    /// A trace without steps.
    public init() {}

    /// - Parameter device: its name; steps of equal names come into one process.
    public mutating func add(_ step: TimedStep, on device: String) {
        let process = number(of: device)
        if let first = step.spans.first, let last = step.spans.last {
            events.append(event(
                "step \(step.iteration)", "step", LaunchSpan(start: first.start, end: last.end), process, Track.steps,
                [.init("epoch", .integer(step.epoch)), .init("samples", .integer(step.batchSize))]))
        }
        for (place, (launch, span)) in zip(step.launches, step.spans).enumerated() {
            let line = launch.line(place)
            let operation = type(of: launch.operation).name
            func rate(_ amount: Int) -> JSONValue { span.end > span.start ? .number(Double(amount) / Double(span.end - span.start)) : .null }
            events.append(event(
                "\(operation) \(line.label)", operation, span, process, Track.launches,
                [
                    .init("launch", .integer(place)), .init("operation", .string(line.operation)),
                    .init("reads", .array(line.operands.map { .string($0) })), .init("writes", .array(line.results.map { .string($0) })),
                    .init("flops", .integer(line.flops)), .init("bytes", .integer(line.bytes)), .init("GFLOP/s", rate(line.flops)),
                    .init("GB/s", rate(line.bytes)),
                ]))
        }
    }

    /// The whole file.
    public var json: JSONValue {
        .object([.init("displayTimeUnit", .string("ns")), .init("traceEvents", .array(events))])
    }

    private enum Track {
        static let steps = 1, launches = 2
    }

    private mutating func number(of device: String) -> Int {
        if let place = devices.firstIndex(of: device) { return place + 1 }
        devices.append(device)
        for (kind, track, name) in [("process_name", 0, device), ("thread_name", Track.steps, "steps"), ("thread_name", Track.launches, "launches")] {
            events.append(.object([
                .init("name", .string(kind)), .init("ph", .string("M")), .init("pid", .integer(devices.count)), .init("tid", .integer(track)),
                .init("args", .object([.init("name", .string(name))])),
            ]))
        }
        return devices.count
    }

    private func event(
        _ name: String, _ category: String, _ span: LaunchSpan, _ process: Int, _ track: Int, _ arguments: [JSONValue.Member]
    ) -> JSONValue {
        .object([
            .init("name", .string(name)), .init("cat", .string(category)), .init("ph", .string("X")),
            .init("ts", .number(Double(span.start) / 1000)), .init("dur", .number(Double(span.end - span.start) / 1000)),
            .init("pid", .integer(process)), .init("tid", .integer(track)), .init("args", .object(arguments)),
        ])
    }
}
