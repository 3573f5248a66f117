import MartletBackend
import Synchronization

/// The programs of a device, each built once however many plans launch it.
final class ProgramLibrary: Sendable {
    private let context: OpenCLContext
    private let cache: ProgramCache
    private let contents = Mutex(Contents())

    private struct Contents {
        var programs: [KernelSource: OpenCLProgram] = [:]
        /// Built from source, and not yet stored with what the driver compiles at the first launch.
        var unsaved: [OpenCLProgram] = []
    }

    init(_ context: OpenCLContext, _ cache: ProgramCache) { (self.context, self.cache) = (context, cache) }

    func program(_ source: KernelSource) throws(DeviceError) -> OpenCLProgram {
        try contents.withLock { (contents) throws(DeviceError) in
            if let program = contents.programs[source] { return program }
            let program = try OpenCLProgram(
                context, name: source.file, source: source.text(), options: context.device.buildOptions + source.options,
                cache: cache, callsKnownBuiltins: source.isOwn)
            contents.programs[source] = program
            if program.origin == .source { contents.unsaved.append(program) }
            return program
        }
    }

    /// Stores what was built since the last time. To be called after the programs' first launches, off the hot path.
    func save() {
        let unsaved = contents.withLock { contents in
            defer { contents.unsaved = [] }
            return contents.unsaved
        }
        for program in unsaved { program.saveBinary() }
    }
}
