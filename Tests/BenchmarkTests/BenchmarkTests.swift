import MartletBackend
import MartletBenchmark
import MartletCPU
import MartletCore
import MartletOps
import MartletTraining
import Testing

/// Small cases of each kind through the whole suite, on the CPU path. Nothing here depends on how fast they are.
@Suite struct BenchmarkTests {
    private static let schedule = Schedule(rounds: 2, seconds: 0.004)

    private func rows(
        _ suite: BenchmarkSuite, shapes: String? = nil, cases: Set<String>? = nil, on device: (any Device)? = nil
    ) throws -> (rows: [BenchmarkRow], isRight: Bool) {
        let collector = Collector()
        let target = try BenchmarkTarget(device ?? CPUDevice(threads: 2), threads: 2)
        let benchmark = try Benchmark(BenchmarkOptions(
            suites: [suite], schedule: Self.schedule, opponents: .none, cases: cases, shapes: shapes, threads: 2))
        let isRight = try benchmark.run(on: [target], collector)
        return (collector.rows, isRight)
    }

    @Test func limits() throws {
        let (rows, isRight) = try rows(.limits)
        #expect(isRight)
        #expect(rows.contains { $0.name == "fma peak" } && rows.contains { $0.shape == "DRAM plain stores" })
        #expect(rows.allSatisfy { $0.best > 0 && $0.best.isFinite && $0.median > 0 && $0.percentOfPeak == nil })
    }

    @Test func products() throws {
        let (rows, isRight) = try rows(.gemm, shapes: "17x33x70:TN,3x5x2000,1x1x1:NT")
        #expect(isRight && rows.map(\.shape) == ["17x33x70 TN", "3x5x2000 NN", "1x1x1 NT"])
        #expect(rows.allSatisfy { $0.percentOfPeak ?? 0 > 0 && $0.threads == 2 && $0.backend == "cpu" && $0.unit == .gigaflops })
    }

    @Test func convolutions() throws {
        let (rows, isRight) = try rows(.conv, shapes: "3x7x2x5:same,2x6x3x4")
        #expect(isRight && rows.count == 6)
        #expect(Set(rows.map(\.name)) == ["conv2d forward", "conv2d input gradient", "conv2d weight gradient"])
    }

    @Test func operations() throws {
        let (rows, isRight) = try rows(.ops, shapes: "4k")
        #expect(isRight, "\(rows.compactMap(\.problem))")
        let names = Set(rows.map(\.name))
        #expect(names.isSuperset(of: ["relu", "softmax", "batch_norm forward and backward", "update adam", "sum of columns"]))
        // Every operation that devices launch is measured, here or by a suite of its own.
        for type in everyOperation.types where type.name != "matmul" && !type.name.hasPrefix("conv") {
            let parts = ["pointwise": "relu", "reduce": "sum", "update": "update adam"]
            #expect(names.contains(parts[type.name] ?? type.name), "\(type.name) is not measured")
        }
    }

    /// What no cache holds is set against a stream over the same buffers, and what one holds against that cache.
    @Test func memory() throws {
        let name = "sum of columns"
        let (rows, isRight) = try rows(.ops, shapes: "64k,9M", cases: [name])
        #expect(isRight, "\(rows.compactMap(\.problem))")
        #expect(rows.map(\.limitedBy)[0] != "DRAM stream" && rows.map(\.limitedBy)[1] == "DRAM stream")
        #expect(rows.allSatisfy { $0.percentOfPeak ?? 0 > 0 && $0.opponents.isEmpty })
    }

    @Test func steps() throws {
        let (rows, isRight) = try rows(.step, shapes: "4", cases: ["mlp-batchnorm"])
        #expect(isRight && rows.count == 1 && rows[0].unit == .samples && rows[0].best > 0)
    }

    /// The largest of each take seconds; what they measure is the same at every size.
    @Test func growth() throws {
        let (rows, isRight) = try rows(.size, cases: ["planning", "threads"])
        #expect(isRight, "\(rows.compactMap(\.problem))")
        let threads = rows.filter { $0.name == "threads" }
        #expect(threads.count == 5 && threads.allSatisfy { $0.opponents.map(\.name) == ["1 thread"] })
        let planning = rows.filter { $0.name == "planning" }
        #expect(planning.map(\.shape) == SizeCases.depths.map { "\($0)" })
        #expect(BenchmarkPage(rows).html.contains("hidden layers"))
        #expect(Set(SizeCases.all.map(\.name)) == ["batch", "width", "depth", "threads", "planning"])
    }

    /// Planning is linear in the depth because its result is.
    @Test func aLayerMoreIsAsManyLaunchesMore() throws {
        let counts = try SizeCases.depths.dropFirst().map { try SizeCases.perceptron(width: 8, depth: $0).cost(batch: 4).launches }
        let perLayer = (counts[1] - counts[0]) / 2
        for (count, depth) in zip(counts, SizeCases.depths.dropFirst()) { #expect(count == counts[0] + (depth - 2) * perLayer, "depth \(depth)") }
    }

    @Test func unknownCases() throws {
        let error = try #require(throws: TrainingError.self) { try rows(.ops, shapes: "64", cases: ["rellu"]) }
        #expect("\(error)".contains("did you mean 'relu'?"))
    }

    @Test func interruptionLeavesWhatWasMeasured() throws {
        let collector = Collector(limit: 2)
        let benchmark = try Benchmark(BenchmarkOptions(suites: [.gemm], schedule: Self.schedule, opponents: .none, shapes: "8,9,10,11"))
        #expect(throws: BenchmarkInterrupted.self) { try benchmark.run(on: [try BenchmarkTarget(CPUDevice(threads: 1), threads: 1)], collector) }
        #expect(collector.rows.map(\.shape) == ["8x8x8 NN", "9x9x9 NN"])
        let limits = Collector(limit: 2)
        let first = try Benchmark(BenchmarkOptions(suites: [.limits], schedule: Self.schedule, opponents: .none))
        #expect(throws: BenchmarkInterrupted.self) { try first.run(on: [try BenchmarkTarget(CPUDevice(threads: 1), threads: 1)], limits) }
        #expect(limits.rows.count == 2)
    }

    @Test func limitsHaveNoCases() throws {
        let error = try #require(throws: TrainingError.self) { try rows(.limits, cases: ["relu"]) }
        #expect("\(error)".contains("limits have none"))
    }

    @Test func wrongResultsAreFound() throws {
        for (suite, shapes, name) in [(BenchmarkSuite.gemm, "64", "gemm"), (.conv, "2x6x3x4", "conv2d weight gradient"), (.ops, "4k", "relu")] {
            let (rows, isRight) = try rows(suite, shapes: shapes, cases: [name], on: FaultyDevice())
            #expect(!isRight && rows.count == 1 && rows.allSatisfy { !$0.verified })
            #expect(rows[0].json.contains { $0.name == "verified" && $0.value == .bool(false) })
        }
    }

    @Test func pageHasPlotsAndEscapes() throws {
        var (rows, _) = try rows(.gemm, shapes: "8,16")
        rows[1].problem = "a < b & c"
        let html = BenchmarkPage(rows).html
        #expect(html.contains("<svg") && html.contains("Square products") && html.contains("a &lt; b &amp; c"))
        #expect(!html.contains("<script") && !html.contains(" src="))
    }
}

/// Keeps the rows, and asks to stop after some.
private final class Collector: BenchmarkObserver {
    private(set) var rows: [BenchmarkRow] = []
    private let limit: Int

    init(limit: Int = .max) { self.limit = limit }

    func note(_ text: String) {}
    func started(_ text: String) {}
    func measured(_ row: BenchmarkRow) { rows.append(row) }
    var shouldStop: Bool { rows.count >= limit }
}

/// The CPU path with one bit of every result turned as it is read.
private final class FaultyDevice: Device {
    private let device: CPUDevice

    init() throws { device = try CPUDevice(threads: 1) }

    var name: String { "faulty " + device.name }
    let backend = "cpu"
    var largestBuffer: Int { device.largestBuffer }

    func makeBuffer(_ dtype: DType, count: Int, purpose: String) throws(DeviceError) -> any Buffer {
        FaultyBuffer(try device.makeBuffer(dtype, count: count, purpose: purpose))
    }
    func prepare(_ program: Program, regions: [Region: any Buffer]) throws(DeviceError) -> any Executable {
        try device.prepare(program, regions: regions.mapValues { ($0 as! FaultyBuffer).buffer })
    }
    func finish() {}
}

private final class FaultyBuffer: Buffer {
    let buffer: any Buffer

    init(_ buffer: any Buffer) { self.buffer = buffer }

    var dtype: DType { buffer.dtype }
    var count: Int { buffer.count }
    func write(_ array: HostArray, at offset: Int) throws(DeviceError) { try buffer.write(array, at: offset) }
    func fill(byte: UInt8) throws(DeviceError) { try buffer.fill(byte: byte) }
    func read(_ type: TensorType, at offset: Int) throws(DeviceError) -> HostArray {
        let array = try buffer.read(type, at: offset)
        guard array.dtype == .float32 else { return array }
        var values = array.floats
        values[0] = Float(bitPattern: values[0].bitPattern ^ 0x10)
        return HostArray(array.shape, values)
    }
}
