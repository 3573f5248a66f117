import MartletBackend
import MartletCore
import MartletGraph
import MartletOps
import MartletTraining

/// The way of an optimizer down a surface: steps of a plan on a device, as in training.
public struct Descent: Sendable {
    public let optimizer: String
    public let learningRate: Double
    /// From the start on.
    public let points: [(x: Double, y: Double)]
    public let values: [Double]

    /// The share of steps that turn back in the steep direction: 1 for a way that zigzags, 0 for one that never turns.
    public var zigzags: Double {
        let moves = zip(points, points.dropFirst()).map { $1.y - $0.y }.filter { $0 != 0 }
        let turns = zip(moves, moves.dropFirst()).count { $0 * $1 < 0 }
        return moves.count > 1 ? Double(turns) / Double(moves.count - 1) : 0
    }

    init(_ surface: Surface, _ optimizer: Optimizer, on device: any Device) throws(TrainingError) {
        self.optimizer = optimizer.rule.name
        learningRate = optimizer.learningRate
        do {
            let (points, values) = try Self.descend(surface, optimizer, device)
            (self.points, self.values) = (points, values)
        } catch let error as ShapeError {
            throw .shape(error)
        } catch let error as DeviceError {
            throw .device(error)
        } catch {
            preconditionFailure("\(error)")
        }
    }

    private static func descend(
        _ surface: Surface, _ optimizer: Optimizer, _ device: any Device
    ) throws -> (points: [(x: Double, y: Double)], values: [Double]) {
        var graph = Graph()
        let point = graph.parameter("point", TensorType([2]))
        let value = try surface.expression(in: &graph, point)
        let gradient = try graph.gradients(of: value, for: [point])[0]!
        try graph.leave(gradient, at: .gradient(0))
        try graph.leave(value, at: .metric(0))
        let plan = try Plan(graph, training: Plan.Training(rule: optimizer.rule, scales: [(1, 0)]), largestBuffer: device.largestBuffer)

        var regions: [Region: any Buffer] = [:]
        func make(_ region: Region, _ count: Int, _ dtype: DType = .float32) throws {
            regions[region] = try device.makeBuffer(dtype, count: count, purpose: "a descent")
        }
        try make(.parameters, plan.parameters.total)
        try make(.gradients, plan.parameters.total)
        for index in 0..<optimizer.rule.stateCount { try make(.optimizerState(index), plan.parameters.total) }
        try make(.stepMetrics, 8)
        try make(.metrics, 16)
        try make(.health, 2, .int32)
        for (index, words) in plan.workspaces.enumerated() { try make(.workspace(index), words) }
        let start = surface.start
        try regions[.parameters]!.write(HostArray([2], [start.x, start.y]), at: 0)
        try regions[.health]!.fill(byte: 0xFF)
        try regions[.metrics]!.fill(byte: 0)

        let executable = try device.prepare(plan.program, regions: regions)
        var points = [(x: Double(start.x), y: Double(start.y))]
        for iteration in 1...surface.steps {
            var step = StepParameters(seed: 0)
            step.step = UInt32(iteration - 1)
            step.setScalars(
                of: optimizer.rule, iteration: iteration, rate: optimizer.learningRate, weightDecay: 0, settings: optimizer.settings)
            try executable.run(step)
            let place = try regions[.parameters]!.read(TensorType([2]), at: 0).floats
            points.append((Double(place[0]), Double(place[1])))
        }
        return (points, points.map { surface.value($0.x, $0.y) })
    }
}
