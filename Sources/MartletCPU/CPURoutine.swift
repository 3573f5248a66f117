internal import CMartletCPU
import MartletBackend
import MartletOps
import Synchronization

/// A program on whatever buffers come. The calls of C kernels hold addresses, so they are put together again where
/// these are not those of the last run: a pool that gives the same memory again makes that rare.
///
/// It is `@unchecked Sendable` because its state is touched with the lock held.
final class CPURoutine: Routine, @unchecked Sendable {
    private let program: Program
    private let regions: [Region]
    private let device: CPUDevice
    private let lock = Mutex(())
    private var addresses: [UnsafeMutableRawPointer] = []
    private var calls: [() -> Void] = []
    private var memory: LaunchMemory?

    init(_ program: Program, regions: [Region], on device: CPUDevice) {
        self.program = program
        self.regions = regions
        self.device = device
    }

    func run(_ step: StepParameters, on buffers: [any Buffer]) throws(DeviceError) {
        try lock.withLock { (_) throws(DeviceError) in
            let isBound = addresses.count == buffers.count
                && buffers.indices.allSatisfy { (buffers[$0] as? CPUBuffer)?.bytes == addresses[$0] }
            if !isBound { try bind(buffers) }
            memory!.step.pointee = step.raw
            for call in calls { call() }
        }
    }

    private func bind(_ buffers: [any Buffer]) throws(DeviceError) {
        let owned = buffers.map { buffer in
            guard let buffer = buffer as? CPUBuffer else { preconditionFailure("a buffer of another device") }
            return buffer
        }
        // The old calls go first, so that scratch is not held twice.
        (calls, addresses, memory) = ([], [], nil)
        let memory = LaunchMemory(Dictionary(uniqueKeysWithValues: zip(regions, owned)))
        calls = try memory.encode(program, on: device).calls
        addresses = owned.map(\.bytes)
        self.memory = memory
        memory.releaseRegions()
    }
}
