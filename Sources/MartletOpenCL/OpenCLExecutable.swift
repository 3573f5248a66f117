import MartletBackend
import MartletOps
import Synchronization

/// A program whose kernels are built and have their arguments; running it enqueues them.
public final class OpenCLExecutable: Executable {
    private let device: OpenCLDevice
    private let replay: Replay
    private let hasRun = Atomic<Bool>(false)
    /// The number of kernels after each launch of the program.
    private let kernelEnds: [Int]
    /// Made when times are asked for.
    private let timedLane = Mutex<TimedLane?>(nil)

    /// What one replay enqueues.
    public var launches: [OpenCLLaunch] { replay.launches }

    init(_ program: Program, _ regions: [Region: OpenCLBuffer], on device: OpenCLDevice) throws(DeviceError) {
        var builder = LaunchBuilder(device, regions)
        for launch in program.launches { try builder.add(launch) }
        kernelEnds = builder.kernelEnds
        let parameters = try device.context.makeBuffer(byteCount: StepParameters.byteCount, purpose: "step parameters")
        let launches = try builder.finish(parameters)
        replay = Replay(launches, parameters: parameters, variant: device.variant(for: ReplayTask(launches: launches.count)))
        self.device = device
    }

    /// Enqueues the program; waits where too many steps are in flight, and for nothing else.
    /// - Throws: `DeviceError.call`, and the same from then on.
    public func run(_ step: StepParameters) throws(DeviceError) {
        try replay.enqueue(step.raw)
        if !hasRun.exchange(true, ordering: .relaxed) { device.hasNewLaunches.store(true, ordering: .relaxed) }
    }

    /// The kernels of a launch are one span. One without any takes no time, where the one before it ends.
    public func runTimed(_ step: StepParameters) throws(DeviceError) -> [LaunchSpan] {
        let lane = try timedLane.withLock { (lane) throws(DeviceError) in
            if let lane { return lane }
            let made = try TimedLane(device.context)
            lane = made
            return made
        }
        let began = HostClock.nanoseconds
        var raw = step.raw
        let kernels = try withUnsafeBytes(of: &raw) { (bytes) throws(DeviceError) in try lane.run(replay, bytes) }
        device.hasNewLaunches.store(true, ordering: .relaxed)
        var (spans, first, last): ([LaunchSpan], Int, Int64) = ([], 0, kernels.first?.start ?? began)
        for end in kernelEnds {
            let own = kernels[first..<end]
            spans.append(LaunchSpan(start: own.first?.start ?? last, end: own.last?.end ?? last))
            (first, last) = (end, spans.last!.end)
        }
        return spans
    }

    /// Waits for all steps in flight.
    /// - Throws: `DeviceError.call` where one failed.
    public func finish() throws(DeviceError) { try replay.finish() }
}
