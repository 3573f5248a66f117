import Benchmark
import Counting
import Martlet

/// Training on the embedded digits, per backend: whole epochs, which is what a user waits for, and the steps within one, after
/// its first: they are the same replay again and again.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock, .cpuTotal, .throughput] + Counts.all, maxDuration: .seconds(5))

    func mlp(_ backend: String) throws -> CompiledModel {
        let device = try Backends.open(try BackendSelection(parsing: backend)).device
        return try Model.perceptron(input: [64], widths: [512, 512], outputs: 10).compile(optimizer: "adam", on: device)
    }
    let digits = DataSet.digits().train

    for backend in ["cpu", "opencl"] {
        for batch in [64, 128, 256] {
            Benchmark("MLP 64-512-512-10, Adam, batch \(batch), \(backend): one epoch of the digits") { benchmark in
                let compiled = try mlp(backend)
                try benchmark.measure { _ = try compiled.fit(digits, epochs: 1, batchSize: batch) } then: {}
            }
        }
        Benchmark("MLP 64-512-512-10, Adam, batch 20, \(backend): 50 steps") { benchmark in
            let compiled = try mlp(backend)
            for _ in benchmark.scaledIterations {
                let steps = Steps(5..<55, benchmark)
                _ = try compiled.fit(digits, options: Steps.options, callbacks: [steps])
            }
        }
    }
}

/// Times and counts the steps of an epoch from one to another.
private final class Steps: Callback {
    static let options = {
        var options = FitOptions()
        (options.epochs, options.batchSize) = (1, 20)
        return options
    }()

    private let range: Range<Int>
    private let benchmark: Benchmark
    private var done = 0
    private var start = Counts.now

    init(_ range: Range<Int>, _ benchmark: Benchmark) { (self.range, self.benchmark) = (range, benchmark) }

    func progressed(_ progress: Martlet.Progress, of model: CompiledModel) -> Decision {
        done += 1
        if done == range.lowerBound {
            benchmark.startMeasurement()
            start = .now
        } else if done == range.upperBound {
            let end = Counts.now
            benchmark.stopMeasurement()
            benchmark.report(from: start, to: end)
        }
        return .proceed
    }
}
