import Benchmark
import Martlet

/// Epochs over the embedded digits, per backend: what a user waits for.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(metrics: [.wallClock, .cpuTotal, .throughput], maxDuration: .seconds(5))
    for backend in ["cpu", "opencl"] {
        for batch in [64, 128, 256] {
            Benchmark("MLP 64-512-512-10, Adam, batch \(batch), \(backend): one epoch of the digits") { benchmark in
                let device = try Backends.open(try BackendSelection(parsing: backend)).device
                let model = try Model.perceptron(input: [64], widths: [512, 512], outputs: 10)
                let compiled = try model.compile(optimizer: "adam", on: device)
                let digits = DataSet.digits().train
                // The first epoch builds kernels.
                _ = try compiled.fit(digits, epochs: 1, batchSize: batch)
                benchmark.startMeasurement()
                for _ in benchmark.scaledIterations { _ = try compiled.fit(digits, epochs: 1, batchSize: batch) }
                benchmark.stopMeasurement()
            }
        }
    }
}
