import MartletBackend
import MartletCore
import MartletGraph
import MartletNN
import MartletOps

/// A model's memory on a device: variables, what the optimizer keeps of them, metrics and the health record.
final class Session: Sendable {
    let device: any Device
    let model: Model
    let parameters: ArenaLayout
    let states: ArenaLayout
    private let regions: [Region: any Buffer]

    /// Metrics that any plan of this session may have.
    static let metricLimit = 8

    init(_ model: Model, optimizer: Optimizer, on device: any Device) throws(DeviceError) {
        self.device = device
        self.model = model
        parameters = ArenaLayout(model.variables.filter(\.isTrainable).map(\.type))
        states = ArenaLayout(model.variables.filter { !$0.isTrainable }.map(\.type))
        var regions: [Region: any Buffer] = [:]
        func make(_ region: Region, _ dtype: DType, _ count: Int, _ purpose: String) throws(DeviceError) {
            regions[region] = try device.makeBuffer(dtype, count: count, purpose: purpose)
        }
        try make(.parameters, .float32, parameters.total, "the parameters")
        try make(.gradients, .float32, parameters.total, "the gradients")
        for index in 0..<optimizer.rule.stateCount {
            try make(.optimizerState(index), .float32, parameters.total, "the optimizer's state")
        }
        try make(.state, .float32, states.total, "the running statistics")
        try make(.stagedState, .float32, states.total, "the running statistics")
        try make(.stepMetrics, .float32, Self.metricLimit, "metrics")
        try make(.metrics, .float32, 2 * Self.metricLimit, "metrics")
        try make(.health, .int32, 2, "the health record")
        self.regions = regions
        try resetHealth()
    }

    /// Plans that run in turns in one workspace.
    struct Group {
        /// By binding, then by plan.
        let executables: [[any Executable]]
        /// Nil where no plan has results.
        let outputs: (any Buffer)?
        /// What groups that run at other times can share.
        let workspaces: [any Buffer]
    }

    /// Prepares plans over the session's memory; their workspaces are one, as large as the largest needs. Each plan is
    /// prepared once for every binding, a list of buffers for its externals.
    ///
    /// - Parameters:
    ///   - lent: workspaces of another group, used where they are large enough.
    ///   - others: buffers for regions that the session does not have, or in place of its own.
    func prepare(
        _ plans: [Plan], bindings: [[any Buffer]] = [[]], sharing lent: [any Buffer] = [],
        over others: [Region: any Buffer] = [:]
    ) throws(DeviceError) -> Group {
        var regions = regions.merging(others) { $1 }
        var workspaces: [any Buffer] = []
        let count = plans.map(\.workspaces.count).max() ?? 0
        for index in 0..<count {
            let words = plans.map { index < $0.workspaces.count ? $0.workspaces[index] : 0 }.max()!
            let workspace = index < lent.count && lent[index].count >= words
                ? lent[index] : try device.makeBuffer(.float32, count: words, purpose: "intermediate values")
            regions[.workspace(index)] = workspace
            workspaces.append(workspace)
        }
        let results = plans.map(\.outputs.total).max() ?? 0
        if results > 0 { regions[.outputs] = try device.makeBuffer(.float32, count: results, purpose: "results") }
        var executables: [[any Executable]] = []
        for binding in bindings {
            for (index, buffer) in binding.enumerated() { regions[.external(index)] = buffer }
            var prepared: [any Executable] = []
            for plan in plans { prepared.append(try device.prepare(plan.program, regions: regions)) }
            executables.append(prepared)
        }
        return Group(executables: executables, outputs: regions[.outputs], workspaces: workspaces)
    }

    func resident(_ array: HostArray, _ purpose: String) throws(DeviceError) -> any Buffer {
        let buffer = try device.makeBuffer(array.dtype, count: array.count, purpose: purpose)
        try buffer.write(array, at: 0)
        return buffer
    }

    /// The tensors among a loss's settings, in the order of its leaves.
    func residents(of loss: Loss) throws(DeviceError) -> [any Buffer] {
        var buffers: [any Buffer] = []
        for (name, array) in loss.constantValues { buffers.append(try resident(array, "the \(name) of the loss")) }
        return buffers
    }

    func buffer(_ region: Region) -> any Buffer { regions[region]! }

    // MARK: Variables

    /// Every variable in graph order, in the layout of files.
    func variables() throws(DeviceError) -> [(variable: ModelVariable, array: HostArray)] {
        try read(buffer(.parameters), buffer(.state))
    }

    /// The gradients of the last step of every parameter, in the layout of files.
    func gradients() throws(DeviceError) -> [(variable: ModelVariable, array: HostArray)] {
        try read(buffer(.gradients), nil)
    }

    func resetGradients() throws(DeviceError) { try buffer(.gradients).fill(byte: 0) }

    /// The optimizer's states of every parameter, in the layout of files.
    func optimizerState(_ index: Int) throws(DeviceError) -> [(variable: ModelVariable, array: HostArray)] {
        try read(buffer(.optimizerState(index)), nil)
    }

    /// What buffers of the arenas' layouts hold, in the layout of files.
    func read(
        _ parameters: any Buffer, _ states: (any Buffer)?
    ) throws(DeviceError) -> [(variable: ModelVariable, array: HostArray)] {
        var result: [(variable: ModelVariable, array: HostArray)] = []
        for (variable, buffer, offset) in places(parameters, states) {
            result.append((variable, variable.toFile(try buffer.read(variable.type, at: offset))))
        }
        return result
    }

    /// Writes variables given in the layout of files; those that are not given stay.
    func setVariables(_ arrays: [String: HostArray]) throws(DeviceError) {
        try write(arrays, buffer(.parameters), buffer(.state))
    }
    func setOptimizerState(_ index: Int, _ arrays: [String: HostArray]) throws(DeviceError) {
        try write(arrays, buffer(.optimizerState(index)), nil)
    }

    func write(_ arrays: [String: HostArray], _ parameters: any Buffer, _ states: (any Buffer)?) throws(DeviceError) {
        for (variable, buffer, offset) in places(parameters, states) {
            if let array = arrays[variable.name] { try buffer.write(variable.fromFile(array), at: offset) }
        }
    }

    private func places(
        _ parameterBuffer: any Buffer, _ stateBuffer: (any Buffer)?
    ) -> [(ModelVariable, any Buffer, Int)] {
        var (parameter, state) = (0, 0)
        var result: [(ModelVariable, any Buffer, Int)] = []
        for variable in model.variables {
            if variable.isTrainable {
                result.append((variable, parameterBuffer, parameters.offsets[parameter]))
                parameter += 1
            } else {
                if let stateBuffer { result.append((variable, stateBuffer, states.offsets[state])) }
                state += 1
            }
        }
        return result
    }

    /// Everything but the variables as at the start.
    func reset(optimizerStates count: Int) throws(DeviceError) {
        try device.finish()
        try resetGradients()
        for index in 0..<count { try buffer(.optimizerState(index)).fill(byte: 0) }
        try resetMetrics()
        try resetHealth()
    }

    // MARK: Metrics and health

    func resetMetrics() throws(DeviceError) { try buffer(.metrics).fill(byte: 0) }

    /// Sums since the last reset, each from its two parts.
    func metrics(_ count: Int) throws(DeviceError) -> [Double] {
        let values = try buffer(.metrics).read(TensorType([2 * count]), at: 0).floats
        return (0..<count).map { Double(values[2 * $0]) + Double(values[2 * $0 + 1]) }
    }
    func rawMetrics() throws(DeviceError) -> HostArray {
        try buffer(.metrics).read(TensorType([2 * Self.metricLimit]), at: 0)
    }
    func setRawMetrics(_ array: HostArray) throws(DeviceError) { try buffer(.metrics).write(array, at: 0) }

    /// Metrics and health, which an evaluation in between would lose.
    func records() throws(DeviceError) -> (metrics: HostArray, health: HostArray) {
        (try rawMetrics(), try buffer(.health).read(Health.type, at: 0))
    }
    func setRecords(_ records: (metrics: HostArray, health: HostArray)) throws(DeviceError) {
        try setRawMetrics(records.metrics)
        try buffer(.health).write(records.health, at: 0)
    }

    func resetHealth() throws(DeviceError) { try buffer(.health).fill(byte: 0xFF) }

    /// The first step (from 0) that met a value which is not finite, and that value's name.
    func firstFailure() throws(DeviceError) -> (step: Int, value: String)? {
        let record = try buffer(.health).read(Health.type, at: 0).integers.map { UInt32(bitPattern: $0) }
        guard record[0] != .max else { return nil }
        return (Int(record[0]), name(ofPlace: Int(record[1])))
    }

    private func name(ofPlace place: Int) -> String {
        guard place != Health.lossPlace else { return "the loss" }
        let trainable = model.variables.filter(\.isTrainable)
        guard let (tensor, index) = parameters.locate(place - 1) else { return "a gradient" }
        return "the gradient of '\(trainable[tensor].name)' (element \(index) of \(trainable[tensor].type.shape) in memory)"
    }
}
