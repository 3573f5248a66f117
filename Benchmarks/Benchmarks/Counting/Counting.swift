import AllocationCount
import Benchmark
import MartletOpenCL

/// What is counted beside the time, of the whole process: on one machine as on another, loaded or not.
public struct Counts {
    var allocations: UInt64
    var bytes: UInt64
    var openCL: OpenCLCounts

    public static var now: Counts { Counts(allocations: allocation_count(), bytes: allocation_bytes(), openCL: .all) }

    /// Requests for memory of the host.
    public static let hostAllocations = BenchmarkMetric.custom("host allocations")
    public static let hostBytes = BenchmarkMetric.custom("host bytes requested")
    /// Buffers, programs and kernels made, and kernel arguments set, through OpenCL.
    public static let deviceObjects = BenchmarkMetric.custom("OpenCL objects made")
    public static let arguments = BenchmarkMetric.custom("OpenCL arguments set")
    public static let enqueues = BenchmarkMetric.custom("OpenCL commands")
    public static let waits = BenchmarkMetric.custom("OpenCL calls that wait")

    public static let all = [hostAllocations, hostBytes, deviceObjects, arguments, enqueues, waits]
}

extension Benchmark {
    /// Reports what was counted from one moment to another, both of which lie within the measurement: it allocates too.
    public func report(from start: Counts, to end: Counts) {
        let openCL = end.openCL - start.openCL
        for (metric, count) in [
            (Counts.hostAllocations, end.allocations - start.allocations), (Counts.hostBytes, end.bytes - start.bytes),
            (Counts.deviceObjects, openCL.allocations), (Counts.arguments, openCL.arguments),
            (Counts.enqueues, openCL.enqueues), (Counts.waits, openCL.blocking),
        ] {
            measurement(metric, Int(count))
        }
    }

    /// Times and counts the benchmark's iterations of `body`, after some that are not looked at: they make plans and kernels.
    public func measure(_ body: () throws -> Void, then finish: () throws -> Void) throws {
        for _ in 0..<3 { try body() }
        try finish()
        startMeasurement()
        let start = Counts.now
        for _ in scaledIterations { try body() }
        try finish()
        let end = Counts.now
        stopMeasurement()
        report(from: start, to: end)
    }
}
