/// When a launch was under way, in nanoseconds of `HostClock`.
public struct LaunchSpan: Hashable, Sendable {
    public var start, end: Int64

    public init(start: Int64, end: Int64) {
        self.start = start
        self.end = end
    }

    public var seconds: Double { Double(end - start) * 1e-9 }
}

/// One clock for everything that is timed in a process. It begins when it is first asked.
public enum HostClock {
    private static let origin = ContinuousClock.now

    public static var nanoseconds: Int64 {
        let (seconds, attoseconds) = (ContinuousClock.now - origin).components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
