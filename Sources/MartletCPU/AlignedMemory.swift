import MartletBackend

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Zeroed host memory that begins with a cache line.
///
/// It is `@unchecked Sendable` because the owner orders the accesses: see `CPUBuffer` and `CPUExecutable`.
final class AlignedMemory: @unchecked Sendable {
    let bytes: UnsafeMutableRawPointer
    private let onRelease: (@Sendable () -> Void)?

    /// - Throws: `outOfMemory` with the purpose. More than the machine has is refused before it is asked for: systems
    ///   promise such memory, and end the process when it is touched.
    init(count: Int, stride: Int, purpose: String) throws(DeviceError) {
        precondition(count >= 0, "memory cannot hold \(count) elements")
        let (size, overflow) = count.multipliedReportingOverflow(by: stride)
        var memory: UnsafeMutableRawPointer?
        let isLarge = size >= 2 * Self.hugePage
        guard !overflow, size <= Self.physical, posix_memalign(&memory, isLarge ? Self.hugePage : 64, max(size, 1)) == 0, let memory else {
            throw .outOfMemory(purpose: purpose, bytes: overflow ? .max : size, limit: Self.physical)
        }
        #if os(Linux)
            // Fewer pages to translate and to touch; where the system has none, nothing changes.
            if isLarge { madvise(memory, size, MADV_HUGEPAGE) }
        #endif
        memset(memory, 0, size)
        bytes = memory
        onRelease = nil
    }

    /// Memory that is somebody else's, who is told when the last use is over.
    init(sharing bytes: UnsafeMutableRawPointer, onRelease: @escaping @Sendable () -> Void) {
        self.bytes = bytes
        self.onRelease = onRelease
    }

    deinit { if let onRelease { onRelease() } else { free(bytes) } }

    /// Bytes of a huge page on the usual machine.
    private static let hugePage = 2 << 20

    /// Bytes of memory in the machine.
    static let physical = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
}
