import MartletBackend
import MartletOps
import Synchronization

/// A program whose kernels are built and have their arguments; running it enqueues them.
public final class OpenCLExecutable: Executable {
    private let device: OpenCLDevice
    private let replay: Replay
    private let hasRun = Atomic<Bool>(false)

    /// What one replay enqueues.
    public var launches: [OpenCLLaunch] { replay.launches }

    init(_ program: Program, _ regions: [Region: OpenCLBuffer], on device: OpenCLDevice) throws(DeviceError) {
        var builder = LaunchBuilder(device, regions)
        for launch in program.launches { try builder.add(launch) }
        let parameters = try device.context.makeBuffer(byteCount: StepParameters.byteCount, purpose: "step parameters")
        replay = Replay(try builder.finish(parameters), parameters: parameters)
        self.device = device
    }

    public func run(_ step: StepParameters) throws(DeviceError) {
        try replay.enqueue(step.raw)
        if !hasRun.exchange(true, ordering: .relaxed) { device.hasNewLaunches.store(true, ordering: .relaxed) }
    }

    public func finish() throws(DeviceError) { try replay.finish() }
}
