import MartletBackend
import MartletCore
import MartletOps
import Synchronization

/// A graph compiled into launches over regions of memory: everything that a step does, decided ahead.
public struct Plan: Sendable {
    /// What a device prepares.
    public let program: Program
    /// Layouts of the variables, which every plan of a model shares.
    public let parameters: ArenaLayout
    /// Where each running statistic lies in its arena.
    public let states: ArenaLayout
    /// Where each output lies in its arena, by number.
    public let outputs: ArenaLayout
    /// Metrics of a step, the loss being the first.
    public let metricCount: Int
    /// Words of each workspace.
    public let workspaces: [Int]
    /// When each intermediate value is alive, for `explain`.
    public let lifetimes: [Lifetime]

    /// When an intermediate value needs its memory.
    public struct Lifetime: Sendable {
        /// Of the launch that makes it.
        public let label: String
        /// Where it lies in a workspace.
        public let slot: Slot
        /// Numbers of the launches that make the value and read it last.
        public let launches: ClosedRange<Int>
    }

    /// How many plans this process has made: what is saved where runs share them.
    public static var made: Int { counter.load(ordering: .relaxed) }
    private static let counter = Atomic<Int>(0)

    /// What ends a training step after the gradients.
    public struct Training: Sendable {
        /// The optimizer's.
        public var rule: OptimizerRule
        /// One per parameter, in graph order: multiplies the learning rate (0 freezes) and the weight decay.
        public var scales: [(rate: Float, decay: Float)]
        /// What is done to the gradients before the update.
        public var clipping: GradientClipping
        /// Nil where every batch is a step.
        public var accumulation: GradientAccumulation?

        /// - Parameter scales: one per parameter of the graph, in its order.
        public init(
            rule: OptimizerRule, scales: [(rate: Float, decay: Float)], clipping: GradientClipping = .none,
            accumulation: GradientAccumulation? = nil
        ) {
            self.rule = rule
            self.scales = scales
            self.clipping = clipping
            self.accumulation = accumulation
        }

        /// Whether the plan ends with an update.
        var updates: Bool { accumulation.map { $0.divisor != nil } ?? true }
    }

    /// - Parameters:
    ///   - training: the optimizer's rule; nil for a plan that changes no parameter.
    ///   - passes: rewrites to apply; leaving some out changes speed and memory, never bits.
    ///   - separatesOutputs: outputs go to the regions `.result(0)`, `.result(1)`, … instead of one after the other to
    ///     `.outputs`.
    ///   - largestBuffer: the device's, in bytes.
    public init(
        _ graph: Graph, training: Training? = nil, passes: Set<Pass> = Set(Pass.allCases), separatesOutputs: Bool = false,
        largestBuffer: Int = .max
    ) throws(ShapeError) {
        Self.counter.add(1, ordering: .relaxed)
        var graph = graph
        try graph.keepUnchangedStates()
        let rewritten = try graph.rewritten(by: passes)
        parameters = ArenaLayout(graph.parameters.map(\.type))
        states = ArenaLayout(graph.states.map(\.type))
        let outputTypes = graph.destinations
            .compactMap { value, destination in
                if case .output(let index) = destination { (index, graph.type(of: value)) } else { nil }
            }
            .sorted { $0.0 < $1.0 }
        outputs = ArenaLayout(outputTypes.map(\.1))
        metricCount = graph.destinations.values.count { if case .metric = $0 { true } else { false } }

        var assignment = Assignment(
            rewritten, parameters: parameters, states: states, outputs: separatesOutputs ? nil : outputs,
            largestBuffer: largestBuffer, reusesOperandMemory: passes.contains(.reuseOperandMemory))
        var launches = assignment.launches()
        // What clipping needs lives after all other intermediate values and takes the place of one of them.
        let norms = training?.clipping.norm == nil
            ? Slot(.workspace(0), TensorType([0]))
            : assignment.planner.allocate(GradientClipping.scratch(tensors: graph.parameters.count))
        launches += try Self.tail(graph, parameters, states, metricCount, training, norms)
        program = Program(launches)
        workspaces = assignment.planner.sizes
        lifetimes = assignment.lifetimes
    }

    /// Metrics are added up, the gradients looked through, and only then parameters and statistics changed.
    private static func tail(
        _ graph: Graph, _ parameters: ArenaLayout, _ states: ArenaLayout, _ metricCount: Int, _ training: Training?,
        _ norms: Slot
    ) throws(ShapeError) -> [Launch] {
        var launches: [Launch] = []
        let health = Slot(.health, Health.type)
        if metricCount > 0 {
            launches.append(Launch(
                Accumulate(), [Slot(.stepMetrics, TensorType([metricCount]))],
                [Slot(.metrics, TensorType([2 * metricCount])), health], label: "metrics"))
        }
        let arena = TensorType([parameters.total])
        // A frozen parameter has no part in the norm, nor in the update: the rule's states of it stay as they are.
        let segments = zip(zip(parameters.offsets, parameters.counts), training?.scales ?? [])
            .filter { _, scale in scale.rate != 0 }
            .map { place, scale in
                Update.Segment(offset: place.0, count: place.1, rateScale: scale.rate, decayScale: scale.decay)
            }
        if let training, !segments.isEmpty {
            let gradients = Slot(.gradients, arena)
            launches += training.accumulation?.launches(gradients: gradients) ?? []
            guard training.updates else { return launches + commit(graph, states) }
            launches.append(Launch(FiniteScan(), [gradients], [health], label: "gradients"))
            launches += training.clipping.launches(
                gradients: gradients, tensors: segments.map { ($0.offset, $0.count) }, scratch: norms)
            let optimizerStates = (0..<training.rule.stateCount).map { Slot(.optimizerState($0), arena) }
            launches.append(Launch(
                Update(training.rule, segments: segments), [gradients, health],
                [Slot(.parameters, arena)] + optimizerStates, label: "update \(training.rule.name)"))
        }
        return launches + commit(graph, states)
    }

    private static func commit(_ graph: Graph, _ states: ArenaLayout) -> [Launch] {
        guard graph.destinations.values.contains(where: { if case .state = $0 { true } else { false } }) else { return [] }
        let whole = TensorType([states.total])
        return [
            Launch(
                Commit(), [Slot(.stagedState, whole), Slot(.health, Health.type)], [Slot(.state, whole)],
                label: "running statistics")
        ]
    }
}

extension Graph {
    /// A statistic that this graph does not change is committed as it is, beside those that it changes.
    fileprivate mutating func keepUnchangedStates() throws(ShapeError) {
        let changed = Set(destinations.values.compactMap { if case .state(let index) = $0 { index } else { nil } })
        guard !changed.isEmpty else { return }
        for (value, leaf) in leaves.sorted(by: { $0.key.index < $1.key.index }) {
            if case .state(let index) = leaf, !changed.contains(index) { try leave(value, at: .state(index)) }
        }
    }
}

/// Places for the values of a graph, in the order of its nodes.
private struct Assignment {
    var planner: MemoryPlanner
    var lifetimes: [Plan.Lifetime] = []
    private let graph: Graph
    private let parameters: ArenaLayout
    private let states: ArenaLayout
    /// Nil where each output has a region of its own.
    private let outputs: ArenaLayout?
    private let reusesOperandMemory: Bool
    private var slots: [Value: Slot] = [:]

    init(
        _ graph: Graph, parameters: ArenaLayout, states: ArenaLayout, outputs: ArenaLayout?, largestBuffer: Int,
        reusesOperandMemory: Bool
    ) {
        self.graph = graph
        self.parameters = parameters
        self.states = states
        self.outputs = outputs
        self.reusesOperandMemory = reusesOperandMemory
        planner = MemoryPlanner(largestBuffer: largestBuffer)
    }

    mutating func launches() -> [Launch] {
        for (value, leaf) in graph.leaves { slots[value] = slot(of: leaf, graph.type(of: value)) }
        for (value, destination) in graph.destinations { slots[value] = slot(of: destination, graph.type(of: value)) }

        // A view keeps alive what it looks at.
        var root: [Value: Value] = [:]
        for node in graph.nodes where node.operation is any ViewOperation {
            root[node.results[0]] = root[node.operands[0]] ?? node.operands[0]
        }
        var lastUse: [Value: Int] = [:]
        for (place, node) in graph.nodes.enumerated() {
            for value in node.operands + node.results { lastUse[root[value] ?? value] = place }
        }
        var ending: [Int: [Value]] = [:]
        for (value, place) in lastUse { ending[place, default: []].append(value) }

        var launches: [Launch] = []
        var born: [Value: (launch: Int, label: String)] = [:]
        for (place, node) in graph.nodes.enumerated() {
            // In order of value, so that equal graphs get equal plans.
            var dying = (ending[place] ?? []).filter { isIntermediate($0) }.sorted { $0.index < $1.index }
            if node.operation is any ViewOperation {
                let source = slots[node.operands[0]]!
                slots[node.results[0]] = Slot(source.region, offset: source.offset, graph.type(of: node.results[0]))
            } else {
                for result in node.results where slots[result] == nil {
                    if let reused = reusable(node, result, dying, root) {
                        slots[result] = Slot(slots[reused]!.region, offset: slots[reused]!.offset, graph.type(of: result))
                        note(reused, born[reused], until: launches.count)
                        dying.removeAll { $0 == reused }
                    } else {
                        slots[result] = planner.allocate(graph.type(of: result))
                    }
                    born[result] = (launches.count, node.label)
                }
                launches.append(Launch(
                    node.operation, node.operands.map { slots[$0]! }, node.results.map { slots[$0]! }, label: node.label))
            }
            for value in dying {
                guard let slot = slots[value] else { continue }
                note(value, born[value], until: max(0, launches.count - 1))
                planner.free(slot)
            }
        }
        return launches
    }

    private mutating func note(_ value: Value, _ birth: (launch: Int, label: String)?, until end: Int) {
        guard let birth, let slot = slots[value] else { return }
        lifetimes.append(Plan.Lifetime(label: birth.label, slot: slot, launches: birth.launch...max(birth.launch, end)))
    }

    private func isIntermediate(_ value: Value) -> Bool {
        graph.leaves[value] == nil && graph.destinations[value] == nil
    }

    /// An operand whose memory a pointwise result may take over: of the same size, read element for element, and read
    /// by nobody afterwards.
    private func reusable(_ node: Graph.Node, _ result: Value, _ dying: [Value], _ root: [Value: Value]) -> Value? {
        guard reusesOperandMemory, node.operation is Pointwise else { return nil }
        let type = graph.type(of: result)
        for operand in node.operands where graph.type(of: operand) == type && dying.contains(operand) {
            // A view of it might be read in another order.
            let isViewed = node.operands.contains { root[$0] == operand }
            if case .workspace = slots[operand]?.region, !isViewed { return operand }
        }
        return nil
    }

    private func slot(of leaf: Graph.Leaf, _ type: TensorType) -> Slot {
        switch leaf {
        case .parameter(let index): Slot(.parameters, offset: parameters.offsets[index], type)
        case .state(let index): Slot(.state, offset: states.offsets[index], type)
        case .external(let index): Slot(.external(index), type)
        }
    }

    private func slot(of destination: Graph.Destination, _ type: TensorType) -> Slot {
        switch destination {
        case .gradient(let index): Slot(.gradients, offset: parameters.offsets[index], type)
        case .parameter(let index): Slot(.parameters, offset: parameters.offsets[index], type)
        case .state(let index): Slot(.stagedState, offset: states.offsets[index], type)
        case .metric(let index): Slot(.stepMetrics, offset: index, type)
        case .output(let index):
            if let outputs { Slot(.outputs, offset: outputs.offsets[index], type) } else { Slot(.result(index), type) }
        }
    }
}
