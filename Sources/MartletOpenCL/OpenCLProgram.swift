internal import CMartletOpenCL
import MartletBackend

/// Compiled kernels of one source for one device.
public final class OpenCLProgram: Sendable {
    /// Whether it was compiled here, or its binary was in the cache.
    public enum Origin: Sendable { case source, cache }

    /// Where it was built.
    public let context: OpenCLContext
    /// Named in errors; usually the kernel file.
    public let name: String
    /// The compiler's.
    public let options: String
    /// Where it comes from.
    public let origin: Origin
    let handle: OwnedHandle
    private let cache: ProgramCache
    private let key: String

    /// Builds a program, from the cache's binary where there is one that the driver accepts.
    /// - Parameters:
    ///   - source: OpenCL C without unresolved includes (see `SourceResolver`).
    ///   - options: the compiler's; those of the numerics contract by default, which must stay in.
    /// - Throws: `DeviceError.build` with the compiler's log; `DeviceError.call`.
    public convenience init(
        _ context: OpenCLContext, name: String, source: String, options: String? = nil, cache: ProgramCache = .shared
    ) throws(DeviceError) {
        try self.init(context, name: name, source: source, options: options, cache: cache, callsKnownBuiltins: false)
    }

    /// - Parameter callsKnownBuiltins: whether the source calls none but those of `OpenCL/builtins.h`.
    init(
        _ context: OpenCLContext, name: String, source: String, options: String?, cache: ProgramCache, callsKnownBuiltins: Bool
    ) throws(DeviceError) {
        let options = options ?? context.device.buildOptions
        key = ProgramCache.key(source: source, options: options, device: context.device)
        if let handle = Self.load(context, key, options, cache) {
            self.handle = handle
            origin = .cache
        } else {
            self.handle = try Self.compile(context, name, source, options, callsKnownBuiltins)
            origin = .source
        }
        self.context = context
        self.name = name
        self.options = options
        self.cache = cache
    }

    /// Makes a kernel with its arguments.
    /// - Throws: `DeviceError.call`.
    public func kernel(_ name: String, _ arguments: [OpenCLArgument]) throws(DeviceError) -> OpenCLKernel {
        try OpenCLKernel(self, name, arguments)
    }

    /// Stores the program in the cache, unless it came from there.
    ///
    /// Call it once, after the first launches of its kernels: a driver that compiles at the first launch (PoCL does, for
    /// each size of work-group) stores what it has compiled by then, and asked too early it compiles everything twice.
    /// What fails here only costs time at the next start, so nothing is thrown.
    public func saveBinary() {
        guard origin == .source, cache.directory != nil else { return }
        var size = 0
        guard martlet_cl_binary_size(handle.raw, &size) == CL_SUCCESS, size > 0 else { return }
        var binary = [UInt8](repeating: 0, count: size)
        guard martlet_cl_binary(handle.raw, &binary) == CL_SUCCESS else { return }
        cache.store(binary, under: key)
    }

    /// nil where the cache has nothing that this driver takes.
    private static func load(
        _ context: OpenCLContext, _ key: String, _ options: String, _ cache: ProgramCache
    ) -> OwnedHandle? {
        guard let binary = cache.load(key) else { return nil }
        do {
            let handle = try OwnedHandle(
                "clCreateProgramWithBinary", "device \(context.device.label)", release: martlet_cl_release_program
            ) {
                martlet_cl_create_program_from_binary(context.context.raw, context.id.device, binary, binary.count, $0)
            }
            let status = martlet_cl_build_program(handle.raw, context.id.device, options)
            guard status == CL_SUCCESS else { return nil }
            return handle
        } catch {
            return nil
        }
    }

    private static func compile(
        _ context: OpenCLContext, _ name: String, _ source: String, _ options: String, _ callsKnownBuiltins: Bool
    ) throws(DeviceError) -> OwnedHandle {
        if callsKnownBuiltins, context.takesBriefSources, let brief = BriefSource(source, options: options, for: context.device) {
            let handle = try create(context, name, brief.text)
            // Another version of the driver may do without the header, or have another.
            if martlet_cl_build_program(handle.raw, context.id.device, brief.options) == CL_SUCCESS { return handle }
            context.refusedBriefSource.store(true, ordering: .relaxed)
        }
        let handle = try create(context, name, source)
        let status = martlet_cl_build_program(handle.raw, context.id.device, options)
        guard status == CL_SUCCESS else {
            let log = text { martlet_cl_build_log(handle.raw, context.id.device, $0, $1, $2) }
            throw .build(
                kernel: name,
                log: log.isEmpty
                    ? "clBuildProgram: \(codeName(status)), options \(options)" : BuildLog.located(log, source: source))
        }
        return handle
    }

    private static func create(_ context: OpenCLContext, _ name: String, _ source: String) throws(DeviceError) -> OwnedHandle {
        try OwnedHandle("clCreateProgramWithSource", "'\(name)'", release: martlet_cl_release_program) {
            martlet_cl_create_program(context.context.raw, source, source.utf8.count, $0)
        }
    }
}

extension OpenCLDeviceInfo {
    /// What every program is built with under the numerics contract: OpenCL C 1.2, and correctly rounded division and
    /// square root where they are an option. Never anything that relaxes arithmetic.
    public var buildOptions: String {
        "-cl-std=CL1.2" + (correctlyRoundedDivideSqrt ? " -cl-fp32-correctly-rounded-divide-sqrt" : "")
    }
}
