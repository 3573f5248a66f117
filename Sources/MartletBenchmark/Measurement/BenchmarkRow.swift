import MartletFormats

/// What a measurement is given in.
public enum BenchmarkUnit: String, Sendable {
    case gigaflops = "GFLOP/s"
    case gigabytes = "GB/s"
    case samples = "samples/s"
    case microseconds = "µs"
    case seconds = "s"

    /// Whether less is better.
    public var isTime: Bool { self == .microseconds || self == .seconds }

    /// For a launch that does `amount` (flops, bytes or samples) in a time.
    func value(_ amount: Double, in seconds: Double) -> Double {
        switch self {
        case .gigaflops, .gigabytes: amount / seconds * 1e-9
        case .samples: amount / seconds
        case .microseconds: seconds * 1e6
        case .seconds: seconds
        }
    }
}

/// One case on one backend, as it was measured.
public struct BenchmarkRow: Sendable {
    public var suite: BenchmarkSuite
    /// What is measured: `gemm`, `conv2d`, `relu`, `mlp`.
    public var name: String
    public var shape: String
    /// `cpu`, `opencl:0.0`.
    public var backend: String
    public var device: String
    public var threads: Int
    public var unit: BenchmarkUnit
    public var best: Double
    public var median: Double
    public var rounds: Int
    /// Of the limit that this run has measured; nil where there is none to compare with.
    public var percentOfPeak: Double?
    /// What the percentage is of: `fma`, `L2`, `L3`, `DRAM`, `DRAM stream`, `launch`.
    public var limitedBy: String?
    /// Nil where the launches that were timed have given the right result.
    public var problem: String?
    /// Of one launch.
    public var flops: Double?
    public var bytes: Double?
    public var opponents: [Standing]

    public var verified: Bool { problem == nil }

    /// How an opponent did in the same rounds.
    public struct Standing: Sendable {
        public var name: String
        public var best: Double
        public var median: Double
        /// Above 1 where Martlet is faster, from the best and from the medians.
        public var ratio: Double
        public var ratioOfMedians: Double
    }

    /// `amount` is what one launch does, in the unit's measure.
    init(
        _ suite: BenchmarkSuite, _ name: String, _ shape: String, on target: BenchmarkTarget, unit: BenchmarkUnit, amount: Double,
        _ outcome: Outcome, against others: [Outcome] = []
    ) {
        (self.suite, self.name, self.shape, self.unit) = (suite, name, shape, unit)
        (backend, device, threads) = (target.backend, target.device.name, target.threads)
        best = unit.value(amount, in: outcome.best)
        median = unit.value(amount, in: outcome.median)
        rounds = outcome.seconds.count
        problem = outcome.problem ?? (outcome.seconds.isEmpty ? "nothing was measured" : nil)
        opponents = others.filter { $0.problem == nil && !$0.seconds.isEmpty }.map { other in
            Standing(
                name: other.name, best: unit.value(amount, in: other.best), median: unit.value(amount, in: other.median),
                ratio: other.best / outcome.best, ratioOfMedians: other.median / outcome.median)
        }
    }

    public var json: [JSONValue.Member] {
        func number(_ value: Double?) -> JSONValue { value.map { $0.isFinite ? .number($0) : .null } ?? .null }
        return [
            .init("case", .string(name)), .init("shape", .string(shape)), .init("backend", .string(backend)),
            .init("threads", .integer(threads)), .init("best", number(best)), .init("median", number(median)),
            .init("unit", .string(unit.rawValue)), .init("percentOfPeak", number(percentOfPeak)), .init("verified", .bool(verified)),
            .init("opponents", .array(opponents.map { opponent in
                .object([
                    .init("name", .string(opponent.name)), .init("best", number(opponent.best)),
                    .init("median", number(opponent.median)), .init("ratio", number(opponent.ratio)),
                ])
            })),
        ]
    }
}
