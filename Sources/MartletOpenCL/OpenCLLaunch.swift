internal import CMartletOpenCL
import MartletBackend

/// A kernel over a range of work-items.
public struct OpenCLLaunch: Sendable, CustomStringConvertible {
    /// What runs.
    public let kernel: OpenCLKernel
    /// All work-items.
    public let global: NDRange
    /// The work-group; nil where the driver may choose.
    public let local: NDRange?

    /// - Precondition: no range is empty; `local` has the rank of `global` and divides it.
    public init(_ kernel: OpenCLKernel, global: NDRange, local: NDRange? = nil) {
        precondition(global.count > 0, "a launch of '\(kernel.name)' over no work-items")
        if let local {
            precondition(
                local.rank == global.rank && local.count > 0 && global.rounded(up: local) == global,
                "work-groups of \(local) do not tile \(global)")
        }
        self.kernel = kernel
        self.global = global
        self.local = local
    }

    /// `add over 1024 in groups of 64`
    public var description: String { "\(kernel.name) over \(global)" + (local.map { " in groups of \($0)" } ?? "") }

    /// As the shim takes it. The kernel must be kept alive.
    var raw: martlet_cl_launch {
        let local = local.map { ($0.x, $0.y, $0.z) } ?? (0, 0, 0)
        return martlet_cl_launch(
            kernel: kernel.handle.raw, rank: cl_uint(global.rank), global: (global.x, global.y, global.z), local: local)
    }
}

extension OpenCLContext {
    /// Enqueues a launch.
    /// - Throws: `DeviceError.call`.
    public func enqueue(_ launch: OpenCLLaunch) throws(DeviceError) {
        var raw = launch.raw
        try check(martlet_cl_enqueue_launch(queue.raw, &raw, nil), "clEnqueueNDRangeKernel", describe(launch))
    }

    /// Enqueues a launch and gives its end as an event.
    /// - Throws: `DeviceError.call`.
    public func enqueueWithEvent(_ launch: OpenCLLaunch) throws(DeviceError) -> OpenCLEvent {
        var raw = launch.raw
        var event: cl_event?
        try check(martlet_cl_enqueue_launch(queue.raw, &raw, &event), "clEnqueueNDRangeKernel", describe(launch))
        return try OpenCLEvent(owning: event, of: "clEnqueueNDRangeKernel", on: self)
    }

    func describe(_ launch: OpenCLLaunch) -> String {
        "kernel \(launch), device \(device.label); arguments: "
            + launch.kernel.arguments.map(\.description).joined(separator: ", ")
    }
}
