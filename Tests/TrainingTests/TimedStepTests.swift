import Martlet
import Testing

/// Steps whose launches are timed, and the trace made of them.
@Suite struct TimedStepTests {
    /// Times every second step.
    private final class Timer: TimingCallback {
        var steps: [TimedStep] = []
        var asked = 0

        var timesLaunches: Bool {
            asked += 1
            return asked % 2 == 0
        }
        func timed(_ step: TimedStep) { steps.append(step) }
    }

    @Test(arguments: TestDevices.each.indices)
    func timingChangesNoBits(device: Int) throws {
        let device = TestDevices.each[device]
        let model = try Runs.perceptron()
        let compiled = try model.compile(optimizer: .adam(), on: device, seed: 7)
        let timer = Timer()
        _ = try compiled.fit(Runs.digits.train, options: Runs.options(), callbacks: [timer])
        #expect(try compiled.weightsSHA256() == Runs.hash(model, on: device))

        // 15 batches an epoch, the last of 37 samples.
        #expect(timer.steps.map(\.iteration) == Array(stride(from: 2, through: 30, by: 2)))
        #expect(timer.steps.last?.epoch == 2 && timer.steps.last?.batchSize == 37 && timer.steps[0].batchSize == 100)
        var last = Int64.min
        for step in timer.steps {
            #expect(step.spans.count == step.launches.count && !step.spans.isEmpty)
            for span in step.spans {
                #expect(span.start >= last && span.end >= span.start)
                last = span.start
            }
        }
    }

    @Test func trace() throws {
        var trace = ChromeTrace()
        for device in TestDevices.each {
            let timer = Timer()
            let compiled = try Runs.perceptron().compile(optimizer: .adam(), on: device)
            _ = try compiled.fit(Runs.digits.train, options: Runs.options(epochs: 1, batchSize: 700), callbacks: [timer])
            for step in timer.steps { trace.add(step, on: device.name) }
        }
        let file = try JSONValue(parsing: "\(trace.json)".utf8, path: "trace")
        let events = try #require(file["traceEvents"]?.array)
        let names = events.filter { $0["ph"]?.string == "M" && $0["name"]?.string == "process_name" }
        #expect(Set(names.compactMap { $0["args"]?["name"]?.string }) == Set(TestDevices.each.map(\.name)))
        let products = events.filter { $0["cat"]?.string == "matmul" }
        #expect(!products.isEmpty)
        for event in products {
            let arguments = try #require(event["args"])
            #expect(arguments["flops"]?.int ?? 0 > 0 && arguments["reads"]?.array?.count ?? 0 >= 2)
            #expect(arguments["GFLOP/s"] != nil && arguments["GB/s"] != nil && event["dur"]?.double ?? -1 >= 0)
        }
    }
}
