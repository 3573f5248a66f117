import Benchmark
import Counting
import MartletCompute

/// Single operations on tensors, evaluated one by one through plans that are there: what embedding programs pay.
let benchmarks: @Sendable () -> Void = {
    func operation(_ name: String, _ shapes: [Shape], _ body: @escaping @Sendable ([Tensor]) throws -> Tensor) {
        // Fewer of those that take long.
        let configuration = Benchmark.Configuration(
            metrics: [.wallClock, .cpuTotal, .throughput] + Counts.all,
            scalingFactor: shapes.contains { $0.elementCount > 100_000 } ? .one : .kilo, maxDuration: .seconds(3))
        for backend in ["cpu", "opencl"] {
            Benchmark("\(name), \(backend)", configuration: configuration) { benchmark in
                let device = ComputeDevice(try Backends.open(try BackendSelection(parsing: backend)).device)
                let operands = try shapes.enumerated().map { try Tensor.normal($1, seed: UInt64($0), on: device).evaluate() }
                try benchmark.measure { try body(operands).evaluate() } then: { try device.synchronize() }
                try device.close()
            }
        }
    }

    operation("add, one element", [[1], [1]]) { try $0[0] + $0[1] }
    operation("head 64x10x512", [[64, 512], [512, 10]]) { try $0[0] • $0[1] }
    operation("matmul 64x512x784", [[64, 784], [784, 512]]) { try $0[0] • $0[1] }
    operation("dense layer with ReLU, 64x512x784", [[64, 784], [784, 512], [512]]) { try ($0[0] • $0[1] + $0[2]).relu() }
    operation("ReLU of 1M", [[1024, 1024]]) { try $0[0].relu() }
    operation("GELU of 1M", [[1024, 1024]]) { try $0[0].gelu() }
    operation("softmax of 1024x1024", [[1024, 1024]]) { try $0[0].softmax() }
    operation("sum of 1M", [[1024, 1024]]) { try $0[0].sum() }
}
