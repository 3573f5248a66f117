internal import CMartletCPU
import MartletBackend
import MartletCore
import MartletOps

/// The CPU path: SIMD kernels chosen for the processor, on a pool of threads.
///
/// Work is done when `run` returns; two threads that use one device take turns.
public final class CPUDevice: Device {
    public let name: String
    public let backend = "cpu"
    public let largestBuffer: Int
    public let threads: Int
    let pool: Pool

    /// - Parameters:
    ///   - threads: how many compute; nil for every processor that this process may use.
    ///   - variant: `avx512`, `avx2`, `neon` or `baseline`; nil for the best. Bits depend on neither.
    /// - Throws: `badSelection` for a number of threads or a variant that cannot be had.
    public init(threads: Int? = nil, variant: String? = nil) throws(DeviceError) {
        let count = threads ?? Self.processors
        guard (1...Self.threadLimit).contains(count) else {
            throw .badSelection("the CPU path takes from 1 to \(Self.threadLimit) threads, not \(count)")
        }
        let kernels = variant.map { martlet_cpu_variant($0) } ?? martlet_cpu_best()
        guard let kernels else {
            throw .badSelection("this processor cannot run the variant '\(variant ?? "")' of the CPU path; 'baseline' always runs")
        }
        guard let pool = Pool(threads: count, kernels: kernels) else {
            throw .badSelection("the system refuses \(count) threads; ask for fewer")
        }
        self.pool = pool
        self.threads = count
        largestBuffer = AlignedMemory.physical
        let variantName = String(cString: martlet_cpu_variant_name(kernels))
        let title = ["avx512": "AVX-512", "avx2": "AVX2", "neon": "NEON"][variantName] ?? "no SIMD: slow"
        name = "CPU (\(title), \(count) thread\(count == 1 ? "" : "s"))"
    }

    /// More than any machine has processors.
    private static let threadLimit = 1024

    private static var processors: Int { min(threadLimit, Int(martlet_cpu_processors())) }

    public func makeBuffer(_ dtype: DType, count: Int, purpose: String) throws(DeviceError) -> any Buffer {
        try CPUBuffer(dtype, count: count, purpose: purpose)
    }

    /// Memory of any place, as long as whole elements begin there.
    public func shareBuffer(
        _ dtype: DType, count: Int, memory: UnsafeMutableRawPointer, onRelease: @escaping @Sendable () -> Void
    ) throws(DeviceError) -> (any Buffer)? {
        guard Int(bitPattern: memory) % dtype.byteCount == 0 else { return nil }
        return CPUBuffer(dtype, count: count, sharing: AlignedMemory(sharing: memory, onRelease: onRelease))
    }

    /// - Precondition: the buffers are of CPU devices and cover the program's regions.
    public func prepare(_ program: Program, regions: [Region: any Buffer]) throws(DeviceError) -> any Executable {
        try CPUExecutable(program, regions: regions, on: self)
    }

    public func prepareRoutine(_ program: Program, regions: [Region]) -> any Routine {
        CPURoutine(program, regions: regions, on: self)
    }

    /// Nothing is ever under way when a call has returned.
    public func finish() {}
}

/// Owns the pool of threads.
///
/// It is `@unchecked Sendable` because the pool locks itself, and the kernels are constants.
final class Pool: @unchecked Sendable {
    let raw: OpaquePointer
    let kernels: OpaquePointer
    let threads: Int

    init?(threads: Int, kernels: OpaquePointer) {
        guard let raw = martlet_pool_create(Int32(threads)) else { return nil }
        self.raw = raw
        self.kernels = kernels
        self.threads = threads
    }
    deinit { martlet_pool_destroy(raw) }
}
