import MartletBackend
import MartletCore
import MartletOps

/// Memory that a kernel is given, as a buffer and an offset in elements.
enum Memory: Hashable {
    case region(Region, offset: Int)
    /// In the executable's own scratch, which every operation may use from its start: launches run in order.
    case scratch(offset: Int)

    /// Of the first element in its buffer.
    var offset: Int {
        switch self {
        case .region(_, let offset), .scratch(let offset): offset
        }
    }
}

/// One argument of a kernel, or two.
enum KernelArgument {
    /// A pointer and its offset.
    case memory(Memory)
    /// A null pointer and an offset of 0.
    case absent
    case word(Int)
    /// The bits of a number.
    case bits(UInt32)
    case number(Float)
    /// The `martlet_step` of the replay.
    case step
    /// A pointer to constants that are written once.
    case table([UInt32])
}

/// Collects the kernels of a program, launch by launch.
struct LaunchBuilder {
    let device: OpenCLDevice
    /// The kernels of the launch that is being added.
    private(set) var deviceClass: DeviceClass
    /// Nil for a routine, whose kernels get the buffers later.
    private let regions: [Region: OpenCLBuffer]?
    private var kernels: [Kernel] = []
    private var scratchUsed = 0
    private var scratchSize = 0
    /// The number of kernels after each launch.
    private(set) var kernelEnds: [Int] = []

    private struct Kernel {
        var source: KernelSource
        var name: String
        var arguments: [KernelArgument]
        var global: NDRange
        var local: NDRange
    }

    init(_ device: OpenCLDevice, _ regions: [Region: OpenCLBuffer]?) {
        self.device = device
        self.regions = regions
        deviceClass = device.deviceClass
    }

    /// `MARTLET_WIDTH` for files that serve both classes.
    var width: String { "MARTLET_WIDTH=\(deviceClass.width)" }

    mutating func add(_ launch: Launch) throws(DeviceError) {
        let launch = launch.simplified
        guard let operation = launch.operation as? any OpenCLOperation else {
            preconditionFailure("\(launch.operation) is not in the table of operations, or is never launched")
        }
        scratchUsed = 0
        deviceClass = device.kernels(for: type(of: operation))
        try operation.encode(launch, in: &self)
        kernelEnds.append(kernels.count)
    }

    func memory(_ slot: Slot) -> Memory { .region(slot.region, offset: slot.offset) }

    /// Room for numbers until the end of the operation.
    mutating func scratch(_ count: Int) -> Memory {
        defer {
            scratchUsed += (count + 63) / 64 * 64
            scratchSize = max(scratchSize, scratchUsed)
        }
        return .scratch(offset: scratchUsed)
    }

    /// Adds a kernel, unless there is nothing to do.
    mutating func launch(
        _ source: KernelSource, _ name: String, _ arguments: [KernelArgument], global: NDRange, local: NDRange
    ) {
        guard global.count > 0 else { return }
        kernels.append(Kernel(source: source, name: name, arguments: arguments, global: global, local: local))
    }

    /// Adds a kernel of one dimension that checks its range: work-groups of one, or of what a GPU likes.
    mutating func launch(_ source: KernelSource, _ name: String, _ arguments: [KernelArgument], items: Int) {
        let group = deviceClass == .cpu ? 1 : min(256, device.context.device.largestWorkGroup)
        launch(
            source, name, arguments, global: NDRange((items + group - 1) / group * group), local: NDRange(group))
    }

    /// How many of `count` equal tasks of some size one work-item of a CPU does: enough to be worth a launch, few enough
    /// to keep all cores busy.
    func tasksPerItem(count: Int, size: Int) -> Int {
        let worthwhile = max(1, 4096 / max(1, size))
        let shared = (count + 4 * cores - 1) / (4 * cores)
        return max(1, min(worthwhile, shared))
    }

    /// Whether the device runs work-groups of such a size with so many floats of local memory.
    func runsGroups(_ width: Int, _ height: Int, localFloats: Int) -> Bool {
        DeviceTraits(device.context.device, deviceClass).runsGroups(width, height, localFloats: localFloats)
    }

    var cores: Int { max(1, device.context.device.computeUnits) }

    /// Builds what was collected.
    consuming func finish(_ step: OpenCLBuffer) throws(DeviceError) -> [OpenCLLaunch] {
        let context = device.context
        let scratch = try context.makeBuffer(byteCount: 4 * scratchSize, purpose: "scratch of a plan")
        let programs = try device.programs.programs(kernels.map(\.source))
        var launches: [OpenCLLaunch] = []
        for (kernel, program) in zip(kernels, programs) {
            var arguments: [OpenCLArgument] = []
            for argument in kernel.arguments {
                switch argument {
                case .memory(.region(let region, let offset)):
                    arguments += [bufferArgument(region), .uint32(UInt32(offset))]
                case .memory(.scratch(let offset)): arguments += [.buffer(scratch), .uint32(UInt32(offset))]
                case .absent: arguments += [.null, .uint32(0)]
                case .word(let value): arguments.append(.uint32(UInt32(value)))
                case .bits(let bits): arguments.append(.uint32(bits))
                case .number(let value): arguments.append(.float(value))
                case .step: arguments.append(.buffer(step))
                case .table(let words):
                    let table = try context.makeBuffer(byteCount: 4 * words.count, purpose: "table of '\(kernel.name)'")
                    try table.write(words)
                    arguments.append(.buffer(table))
                }
            }
            launches.append(OpenCLLaunch(
                try program.kernel(kernel.name, arguments), global: kernel.global, local: kernel.local))
        }
        return launches
    }

    private func bufferArgument(_ region: Region) -> OpenCLArgument {
        guard let regions else { return .region(region) }
        guard let buffer = regions[region] else { preconditionFailure("no buffer is bound to \(region)") }
        return .buffer(buffer)
    }
}
