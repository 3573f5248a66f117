import MartletBackend
import MartletCore
import MartletGraph
import MartletOps

/// A program on a device with its tensors, ready to be run again and again.
final class LaunchRun {
    let device: any Device
    private let executable: any Executable
    private let step: StepParameters
    private var regions: [Region: any Buffer] = [:]
    /// Where results lie, and what they hold before the first launch.
    private let results: [(slot: Slot, before: HostArray)]
    let operands: [any Buffer]

    /// One operation by itself, as a row of the table has it.
    convenience init(_ task: Workload, on device: any Device) throws {
        switch task.work {
        case .launch(let operation, let before): try self.init(operation, task.operands, before, task.step, on: device)
        case .graph(let graph): try self.init(graph, task.operands, task.step, on: device)
        }
    }

    private init(
        _ operation: any Operation, _ operands: [HostArray], _ before: [HostArray], _ step: StepParameters, on device: any Device
    ) throws {
        self.device = device
        self.step = step
        var slots: [Slot] = []
        for (place, array) in (operands + before).enumerated() {
            regions[.external(place)] = try Self.buffer(array, on: device)
            slots.append(Slot(.external(place), array.type))
        }
        let resultSlots = Array(slots.dropFirst(operands.count))
        results = zip(resultSlots, before).map { ($0, $1) }
        self.operands = operands.indices.map { [regions] in regions[.external($0)]! }
        let launch = Launch(operation, Array(slots.prefix(operands.count)), resultSlots, label: "benchmark")
        executable = try device.prepare(Program([launch]), regions: regions)
    }

    /// The outputs of a graph whose leaves are externals.
    private init(_ graph: Graph, _ operands: [HostArray], _ step: StepParameters, on device: any Device) throws {
        self.device = device
        self.step = step
        let plan = try Plan(graph, largestBuffer: device.largestBuffer)
        for (place, array) in operands.enumerated() { regions[.external(place)] = try Self.buffer(array, on: device) }
        for (place, words) in plan.workspaces.enumerated() {
            regions[.workspace(place)] = try device.makeBuffer(.float32, count: words, purpose: "a benchmark's workspace")
        }
        let whole = TensorType([plan.outputs.total])
        regions[.outputs] = try device.makeBuffer(.float32, count: plan.outputs.total, purpose: "a benchmark's results")
        results = [(Slot(.outputs, whole), HostArray(zeros: whole))]
        self.operands = operands.indices.map { [regions] in regions[.external($0)]! }
        executable = try device.prepare(plan.program, regions: regions)
    }

    private static func buffer(_ array: HostArray, on device: any Device) throws(DeviceError) -> any Buffer {
        let buffer = try device.makeBuffer(array.dtype, count: array.count, purpose: "a benchmark's tensors")
        try buffer.write(array, at: 0)
        return buffer
    }

    /// Puts back what the results held, so that what is read later was written since.
    func reset() throws { for (slot, before) in results { try regions[slot.region]!.write(before, at: slot.offset) } }

    func run(_ launches: Int) throws {
        for _ in 0..<launches { try executable.run(step) }
        try device.finish()
    }

    func read() throws -> [HostArray] {
        var arrays: [HostArray] = []
        for (slot, _) in results { arrays.append(try regions[slot.region]!.read(slot.type, at: slot.offset)) }
        return arrays
    }

    var resultBuffers: [any Buffer] { results.map { regions[$0.slot.region]! } }
}
