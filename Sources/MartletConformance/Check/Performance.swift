import MartletBackend
import MartletCore
import MartletOps

/// How fast a sample ran.
public struct Timing: Sendable {
    /// Its name in the table.
    public let operation: String
    /// The label of the sample, which names its shapes.
    public let sample: String
    /// The name of the `CheckTarget`.
    public let target: String
    /// Of one launch, the best of several measurements.
    public let seconds: Double
    /// What one launch computes and moves, by the operation's own count.
    public let cost: Cost

    /// 10^9 floating-point operations per second.
    public var gigaflops: Double { Double(cost.flops) / seconds * 1e-9 }
    /// 10^9 bytes per second, each operand read and each result written once.
    public var gigabytes: Double { Double(cost.bytes) / seconds * 1e-9 }
}

/// Times the largest samples of every operation, `perOperation` of them, on every target.
public func measure(
    _ operations: OperationList, on targets: [CheckTarget], perOperation: Int = 2,
    progress: (_ operation: String, _ sample: Int, _ of: Int) -> Void = { _, _, _ in }
) throws -> [Timing] {
    var timings: [Timing] = []
    for operation in operations.launched {
        // Stable: equal costs keep the order of the table.
        let samples = try operation.samples.enumerated()
            .map { (place: $0, cost: $1.operation.cost($1.operands, try $1.resultTypes()), sample: $1) }
            .sorted { ($1.cost.flops + $1.cost.bytes, $0.place) < ($0.cost.flops + $0.cost.bytes, $1.place) }
            .prefix(perOperation)
        for (place, (_, cost, sample)) in samples.enumerated() {
            progress(operation.name, place, samples.count)
            for target in targets {
                timings.append(Timing(
                    operation: operation.name, sample: sample.label, target: target.name,
                    seconds: try sample.seconds(on: target.device), cost: cost))
            }
        }
    }
    return timings
}

extension Sample {
    /// The time of one launch: runs long enough for the clock, the best of five.
    fileprivate func seconds(on device: any Device) throws -> Double {
        let prepared = try PreparedSample(self, SampleData(self, resultTypes: try resultTypes()), on: device)
        let clock = ContinuousClock()
        func time(_ count: Int) throws -> Double {
            let elapsed = try clock.measure {
                for _ in 0..<count { try prepared.executable.run(prepared.step) }
                try device.finish()
            }
            return elapsed.inSeconds
        }
        _ = try time(1)
        var count = 1
        while try time(count) < 0.005, count < 1 << 16 { count *= 2 }
        return try (0..<5).map { _ in try time(count) }.min()! / Double(count)
    }
}
