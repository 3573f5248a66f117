import MartletBackend
import Synchronization

/// The programs of a device, each built once however many plans launch it.
final class ProgramLibrary: Sendable {
    private let context: OpenCLContext
    private let cache: ProgramCache
    private let built: BuiltOnce<KernelSource, OpenCLProgram, DeviceError>
    /// Built from source, and not yet stored with what the driver compiles at the first launch.
    private let unsaved = Mutex<[OpenCLProgram]>([])

    init(_ context: OpenCLContext, _ cache: ProgramCache) {
        (self.context, self.cache) = (context, cache)
        built = BuiltOnce(inParallel: context.device.buildsInParallel)
    }

    /// The programs of some sources, in their order. Those that are not there yet are built together, or read from the cache.
    /// - Throws: `DeviceError.build` or `.call` of the first that fails.
    func programs(_ sources: [KernelSource]) throws(DeviceError) -> [OpenCLProgram] {
        try built.values(sources, build: build)
    }

    private func build(_ source: KernelSource) throws(DeviceError) -> OpenCLProgram {
        let program = try OpenCLProgram(
            context, name: source.file, source: source.text(), options: context.device.buildOptions + source.options,
            cache: cache, callsKnownBuiltins: source.isOwn)
        if program.origin == .source { unsaved.withLock { $0.append(program) } }
        return program
    }

    /// Stores what was built since the last time. To be called after the programs' first launches, off the hot path.
    func save() {
        let unsaved = unsaved.withLock { unsaved in
            defer { unsaved = [] }
            return unsaved
        }
        for program in unsaved { program.saveBinary() }
    }
}
