/// When a launch was under way, in nanoseconds on the clock of the process.
public struct LaunchSpan: Hashable, Sendable {
    /// Its beginning and its end.
    public var start, end: Int64

    /// - Precondition: both are in nanoseconds of the same clock.
    public init(start: Int64, end: Int64) {
        self.start = start
        self.end = end
    }

    /// How long it took.
    public var seconds: Double { Double(end - start) * 1e-9 }
}

/// One clock for everything that is timed in a process. It begins when it is first asked.
package enum HostClock {
    private static let origin = ContinuousClock.now

    package static var nanoseconds: Int64 {
        let (seconds, attoseconds) = (ContinuousClock.now - origin).components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
