import MartletBackend
import MartletCore
import MartletData
import MartletGraph
import MartletNN
import MartletOps

/// Backpropagation against central differences, both in Float64, for a model on data of the user's own.
public struct GradientCheck: Sendable {
    /// Samples in the batch: few, so that few kinks lie near. At least 2 where there is a batchNorm.
    public var samples = 3
    /// Steps of training before, so that it is not done at the peculiar point where training starts.
    public var warmUpSteps = 20
    /// Elements to check of each tensor, spread over it.
    public var elements = 10
    /// Between the two points of a difference lies twice this.
    public var distance = 1e-6
    /// Compares the gradients of the model's device with the analytic Float64 ones too.
    public var checksDevice = true
    /// Spoils gradients, for tests of the check itself: term, tensor and its gradient.
    package var spoil: (@Sendable (GradientReport.Term, String, inout [Double]) -> Void)?

    /// 3 samples, 20 steps of warm-up, 10 elements of each tensor.
    public init() {}

    /// - Parameters:
    ///   - model: its weights are where the warm-up begins; afterwards they are those after it.
    ///   - options: of the training: penalty, augmentation, batch size and schedule.
    ///   - progress: told of each tensor; false ends the check with what there is.
    public func run(
        _ model: CompiledModel, on data: DataSet, options: FitOptions = FitOptions(),
        progress: (_ term: String, _ tensor: String, _ place: Int, _ of: Int) -> Bool = { _, _, _, _ in true }
    ) throws(TrainingError) -> GradientReport {
        guard samples >= 1, samples <= data.count else {
            throw .badOption("the gradients are checked on 1 to \(data.count) samples, as many as the data have, not on \(samples)")
        }
        guard elements >= 1 else { throw .badOption("at least 1 element of each tensor must be checked, not \(elements)") }
        guard distance > 0, distance < 1 else { throw .badOption("the distance of the differences must be greater than 0 and below 1, not \(distance)") }
        guard warmUpSteps >= 0 else { throw .badOption("the warm-up has at least 0 steps, not \(warmUpSteps)") }
        try model.check(data)
        var report = GradientReport()
        report.samples = samples
        report.warmUpSteps = warmUpSteps
        try warmUp(model, data, options)

        let batch = data.subset((0..<samples).map { $0 * data.count / samples })
        let point = CheckPoint(model, batch, options)
        var terms: [GradientReport.Term] = [.data]
        if options.penalty.l1 > 0 { terms.append(.l1) }
        if options.penalty.l2 > 0 { terms.append(.l2) }
        var totals: [[Double]] = []
        for term in terms {
            let (graph, loss) = try point.float64(term)
            if term == .data { report.loss = graph.loss(loss) }
            var gradients = graph.gradients
            if let spoil { for (place, name) in graph.names.enumerated() { spoil(term, name, &gradients[place]) } }
            totals = totals.isEmpty ? gradients : zip(totals, gradients).map { zip($0, $1).map(+) }
            for place in graph.names.indices {
                guard progress(term.rawValue, graph.names[place], place, graph.names.count) else {
                    report.isPartial = true
                    return report
                }
                report.rows.append(row(term, graph, loss, place, gradients[place]))
            }
        }
        if checksDevice {
            let yardstick = GradientReport.Yardstick.device(model.device.name)
            for (place, values) in try point.onDevice().enumerated() {
                var row = GradientReport.Row(nil, yardstick, values.name, values.shape)
                row.set(zip(totals[place], values.gradient).enumerated().map { ($0, $1.0, Double($1.1)) })
                report.rows.append(row)
            }
        }
        return report
    }

    /// Trains for some steps.
    private func warmUp(_ model: CompiledModel, _ data: DataSet, _ options: FitOptions) throws(TrainingError) {
        guard warmUpSteps > 0 else { return }
        struct Stop: Callback {
            let steps: Int
            func progressed(_ progress: Progress, of model: CompiledModel) -> Decision {
                progress.iterations < steps ? .proceed : .interrupt
            }
        }
        var training = FitOptions()
        training.batchSize = options.batchSize
        training.dropsLast = options.dropsLast
        training.augmentation = options.augmentation
        training.penalty = options.penalty
        training.schedule = options.schedule.monitor == nil ? options.schedule : .constant
        training.epochs = warmUpSteps
        do {
            _ = try model.fit(data, options: training, callbacks: [Stop(steps: warmUpSteps)])
        } catch {
            guard case .interrupted = error else { throw error }
        }
    }

    private func row(
        _ term: GradientReport.Term, _ graph: CheckedGraph, _ loss: Value, _ place: Int, _ gradient: [Double]
    ) -> GradientReport.Row {
        var row = GradientReport.Row(term, .centralDifferences, graph.names[place], graph.shapes[place])
        var compared: [(index: Int, analytic: Double, measured: Double)] = []
        for index in candidates(among: gradient.count) where compared.count < elements {
            switch graph.difference(loss, place, index, distance) {
            case .smooth(let slope): compared.append((index, gradient[index], slope))
            case .kink: row.kinks += 1
            }
        }
        row.set(compared)
        return row
    }

    /// The places to check, spread from the first to the last, and behind them others that take the place of kinks.
    private func candidates(among count: Int) -> [Int] {
        guard count > elements else { return Array(0..<count) }
        let first = spread(elements, over: count)
        return first + spread(min(count, 4 * elements), over: count).filter { !first.contains($0) }
    }

    private func spread(_ places: Int, over count: Int) -> [Int] {
        places == 1 ? [count / 2] : (0..<places).map { $0 * (count - 1) / (places - 1) }
    }
}

/// A training graph in Float64 with the places of its parameters.
struct CheckedGraph {
    let evaluated: Float64Graph
    let parameters: [Value]
    let names: [String]
    let shapes: [Shape]
    let gradients: [[Double]]

    enum Difference {
        case smooth(Double)
        /// The slope jumps between the two points.
        case kink
    }

    func loss(_ loss: Value) -> Double { evaluated[loss][0] }

    /// The central difference by one element of a parameter.
    ///
    /// Where the two one-sided slopes differ by more than rounding, either the loss is curved or there is a kink between the
    /// points. A curve's difference shrinks with the distance, in proportion; a kink's does not.
    func difference(_ loss: Value, _ place: Int, _ index: Int, _ distance: Double) -> Difference {
        let nodes = evaluated.nodes(from: parameters[place], to: loss)
        let middle = evaluated[loss][0]
        func slopes(_ h: Double) -> (above: Double, below: Double) {
            func value(_ difference: Double) -> Double {
                evaluated.value(of: loss, changing: parameters[place], at: index, by: difference, through: nodes)
            }
            return ((value(h) - middle) / h, (middle - value(-h)) / h)
        }
        func jump(_ slopes: (above: Double, below: Double)) -> Double { (slopes.above - slopes.below).magnitude }
        let whole = slopes(distance)
        let slope = (whole.above + whole.below) / 2
        // What rounding of the loss can make of two slopes.
        let noise = 1e-14 * max(1, middle.magnitude) / distance
        let allowed = max(noise, 1e-5 * max(whole.above.magnitude, whole.below.magnitude))
        guard jump(whole) > allowed else { return .smooth(slope) }
        for share in [0.5, 0.25] {
            let expected = share * jump(whole)
            let slack = 0.1 * expected + noise / share
            if !((jump(slopes(share * distance)) - expected).magnitude <= slack) { return .kink }
        }
        return .smooth(slope)
    }
}

/// Where the gradients are checked: weights, statistics, a batch, and counters that stand still.
private struct CheckPoint {
    let model: CompiledModel
    let data: DataSet
    let options: FitOptions
    let graphs: StepGraphs
    let step: StepParameters

    init(_ model: CompiledModel, _ data: DataSet, _ options: FitOptions) {
        self.model = model
        self.data = data
        self.options = options
        graphs = StepGraphs(model.model, data, augmentation: options.augmentation)
        var step = StepParameters(seed: model.seed)
        step.sampleCount = data.count
        step.step = UInt32(truncatingIfNeeded: model.iterations)
        self.step = step
    }

    private func graph(_ term: StepGraphs.Term) throws(TrainingError) -> Graph {
        try wrap { () throws(ShapeError) in
            try graphs.training(batch: data.count, model.measures, penalty: options.penalty, of: model.updateDecays, term: term)
        }
    }

    /// A term's graph and where its value is.
    func float64(_ term: GradientReport.Term) throws(TrainingError) -> (CheckedGraph, loss: Value) {
        let graph = try graph(term == .data ? .data : term == .l1 ? .l1 : .l2)
        var leaves: [Value: [Double]] = [:]
        var parameters: [(index: Int, value: Value)] = []
        let externals = externals()
        for (value, leaf) in graph.leaves {
            switch leaf {
            case .parameter(let index):
                parameters.append((index, value))
                leaves[value] = try read(.parameters, model.session.parameters.offsets[index], graph.type(of: value))
            case .state(let index): leaves[value] = try read(.state, model.session.states.offsets[index], graph.type(of: value))
            case .external(let index): leaves[value] = numbers(externals[index])
            }
        }
        let evaluated = Float64Graph(graph, leaves: leaves, step: step)
        var gradients = [[Double]](repeating: [], count: parameters.count)
        var loss: Value?
        for (value, destination) in graph.destinations {
            switch destination {
            case .gradient(let index): gradients[index] = evaluated[value]
            case .output: loss = value
            case .state, .metric, .parameter: break
            }
        }
        let ordered = parameters.sorted { $0.index < $1.index }.map(\.value)
        return (
            CheckedGraph(
                evaluated: evaluated, parameters: ordered, names: graph.parameters.map(\.name), shapes: ordered.map { graph.type(of: $0).shape },
                gradients: gradients), loss!
        )
    }

    /// The gradients of all terms together, from the model's device.
    func onDevice() throws(TrainingError) -> [(name: String, shape: Shape, gradient: [Float])] {
        let (session, graph) = (model.session, try graph(.all))
        let plan = try wrap { () throws(ShapeError) in
            try Plan(graph, passes: model.passes, largestBuffer: model.device.largestBuffer)
        }
        return try wrap { () throws(DeviceError) in
            // A training step moves the running statistics, which this must not.
            var states: [String: HostArray] = [:]
            for (variable, array) in try session.variables() where !variable.isTrainable { states[variable.name] = array }
            var buffers: [any Buffer] = []
            for array in externals() { buffers.append(try session.resident(array, "the samples of the check")) }
            let group = try session.prepare([plan], bindings: [buffers])
            try group.executables[0][0].run(step)
            try session.setVariables(states)
            try session.resetMetrics()
            try session.resetHealth()
            var result: [(name: String, shape: Shape, gradient: [Float])] = []
            for (parameter, offset) in zip(graph.parameters, session.parameters.offsets) {
                result.append((parameter.name, parameter.type.shape, try session.buffer(.gradients).read(parameter.type, at: offset).floats))
            }
            return result
        }
    }

    /// In the order of the graph's leaves.
    private func externals() -> [HostArray] {
        let layout = model.model.sampleLayout(of: data.featureShape)
        let features = layout == .channelsLast ? data.features.channelsLast(rows: 0..<data.count) : data.features
        return [features, data.targetArray] + model.loss.constantValues.map(\.array)
    }

    private func read(_ region: Region, _ offset: Int, _ type: TensorType) throws(TrainingError) -> [Double] {
        try wrap { () throws(DeviceError) in try model.session.buffer(region).read(type, at: offset) }.floats.map(Double.init)
    }

    private func numbers(_ array: HostArray) -> [Double] {
        array.dtype == .float32 ? array.floats.map(Double.init) : array.integers.map(Double.init)
    }
}
