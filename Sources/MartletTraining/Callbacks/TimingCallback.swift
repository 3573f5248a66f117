/// A callback that wants the launches of steps timed. The host waits for every such step; bits do not depend on it.
public protocol TimingCallback: Callback {
    /// Asked before every batch.
    var timesLaunches: Bool { get }
    /// With every batch that was timed.
    func timed(_ step: TimedStep)
}
