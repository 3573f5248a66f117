import MartletBackend
import MartletOps
import Synchronization

/// A program on whatever buffers come: kernels that are built once, of whose arguments those are set anew that differ
/// from the last run's.
public final class OpenCLRoutine: Routine {
    private let device: OpenCLDevice
    private let replay: Replay
    /// For each region, the kernels and places that take its buffer.
    private let uses: [[(kernel: OpenCLKernel, argument: Int)]]
    /// The number of the buffer bound to each region.
    private let bound: Mutex<[UInt64]>

    /// What one run enqueues.
    public var launches: [OpenCLLaunch] { replay.launches }

    init(_ program: Program, _ regions: [Region], on device: OpenCLDevice) throws(DeviceError) {
        var builder = LaunchBuilder(device, nil)
        for launch in program.launches { try builder.add(launch) }
        let parameters = try device.context.makeBuffer(byteCount: StepParameters.byteCount, purpose: "step parameters")
        let launches = try builder.finish(parameters)
        var uses = [[(kernel: OpenCLKernel, argument: Int)]](repeating: [], count: regions.count)
        let places = Dictionary(uniqueKeysWithValues: regions.enumerated().map { ($1, $0) })
        for launch in launches {
            for case (let index, .region(let region)) in launch.kernel.arguments.enumerated() {
                guard let place = places[region] else { preconditionFailure("no place for \(region)") }
                uses[place].append((launch.kernel, index))
            }
        }
        replay = Replay(launches, parameters: parameters)
        bound = Mutex(Array(repeating: 0, count: regions.count))
        self.uses = uses
        self.device = device
    }

    /// Arguments are taken over when a kernel is enqueued, so runs in flight keep theirs.
    public func run(_ step: StepParameters, on buffers: [any Buffer]) throws(DeviceError) {
        try bound.withLock { (bound) throws(DeviceError) in
            for (place, buffer) in buffers.enumerated() {
                let memory = device.memory(of: buffer)
                guard bound[place] != memory.number else { continue }
                bound[place] = 0
                for use in uses[place] { try use.kernel.setArgument(use.argument, memory) }
                bound[place] = memory.number
            }
            try replay.enqueue(step.raw)
        }
        device.hasNewLaunches.store(true, ordering: .relaxed)
    }
}
