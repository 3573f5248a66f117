import MartletCore
import MartletGraph
import MartletOps

/// Layers and how they are joined: a description, without weights.
public struct Model: Hashable, Sendable {
    /// A layer and the nodes that it reads.
    public struct Node: Sendable {
        /// As in PyTorch's Sequential: the place of the layer, `0`, `1`, …
        public let name: String
        public let layer: any Layer
        /// Places of earlier nodes; -1 is the model's input.
        public let inputs: [Int]
    }

    /// Shape of one sample; of images, channels x height x width.
    public let inputShape: Shape
    /// What the layers that read the input want of it.
    public let inputType: DType
    public let nodes: [Node]
    /// Shape of one sample's result.
    public let outputShape: Shape
    /// Parameters and running statistics in graph order.
    public let variables: [ModelVariable]

    /// Layers and blocks one after the other.
    public init(input: Shape, @LayerBuilder _ blocks: () -> [any Block]) throws(ShapeError) {
        try self.init(input: input, blocks: blocks())
    }

    public init(input: Shape, blocks: [any Block]) throws(ShapeError) {
        try self.init(joining: input) { $0.through(blocks) }
    }

    /// Layers joined freely: `Model(joining: [64]) { x in let h = ReLU()(Linear(64)(x)); return Add()(h, x) }`.
    public init(joining input: Shape, _ build: (Symbol) -> Symbol) throws(ShapeError) {
        let recorder = Recorder()
        let output = build(Symbol(place: -1, recorder: recorder))
        // The result is the last node; whatever was recorded after it cannot matter.
        try self.init(input: input, nodes: Array(recorder.nodes.prefix(output.place + 1)))
    }

    /// - Throws: where shapes do not fit, naming the layer.
    public init(input: Shape, nodes: [Node]) throws(ShapeError) {
        inputShape = input
        self.nodes = nodes
        for node in nodes {
            let layer = type(of: node.layer)
            if let known = LayerRegistry.byKind[layer.kind], known != layer {
                throw ShapeError(
                    "layer '\(node.name)' (\(layer))", expected: "a kind of its own, for '\(layer.kind)' is Martlet's", found: [])
            }
        }
        inputType = nodes.first { $0.inputs.contains(-1) }?.layer.inputType ?? .float32
        guard let count = input.prepending(2).checkedElementCount, count > 0 else {
            throw ShapeError("model", expected: "samples of at least 1 and fewer than 2^31 elements", found: [TensorType(input)])
        }
        // Two samples, the least that every layer accepts in either mode.
        let (context, y) = try Self.traced(nodes, input, inputType, batch: 2)
        outputShape = context.shape(y).withoutFirst
        variables = context.variables
    }

    /// The layers over an input of so many samples, for their shapes and costs alone.
    private static func traced(
        _ nodes: [Node], _ input: Shape, _ type: DType, batch: Int,
        observe: (LayerContext, Value) -> Void = { _, _ in }
    ) throws(ShapeError) -> (LayerContext, Value) {
        var context = LayerContext(Graph(), mode: .inference)
        let sample = isImage(input, type) ? input.channelsLast : input
        let x = context.graph.external("input", TensorType(sample.prepending(batch), type))
        let y = try apply(nodes, to: x, in: &context, observe: observe)
        return (context, y)
    }

    /// Tells of every layer's result, over an input of so many samples.
    func traced(batch: Int, observe: (LayerContext, Value) -> Void) throws(ShapeError) {
        _ = try Self.traced(nodes, inputShape, inputType, batch: batch, observe: observe)
    }

    public var parameterCount: Int { variables.filter(\.isTrainable).map(\.type.elementCount).reduce(0, +) }

    /// Adds the model to a graph; x is what `input` gives. The result is batch x `outputShape`, in the order of files.
    public func apply(to x: Value, in context: inout LayerContext) throws(ShapeError) -> Value {
        try Self.apply(nodes, to: x, in: &context)
    }

    /// The same, telling of every layer's result in order when it is in the graph.
    package func apply(
        to x: Value, in context: inout LayerContext, observe: (LayerContext, Value) -> Void
    ) throws(ShapeError) -> Value {
        try Self.apply(nodes, to: x, in: &context, observe: observe)
    }

    /// - Parameter observe: told of every layer's result when it is in the graph.
    private static func apply(
        _ nodes: [Node], to x: Value, in context: inout LayerContext, observe: (LayerContext, Value) -> Void = { _, _ in }
    ) throws(ShapeError) -> Value {
        var values: [Value] = []
        for (place, node) in nodes.enumerated() {
            context.layerName = node.name
            context.graph.scope = node.name
            context.followingActivation = activation(after: place, nodes)
            let inputs = node.inputs.map { $0 < 0 ? x : values[$0] }
            do {
                values.append(try context.apply(node.layer, inputs))
            } catch {
                throw context.naming(node.layer, error, inputs)
            }
            observe(context, values[place])
        }
        context.graph.scope = ""
        return try context.inOrderOfFiles(values.last ?? x)
    }

    /// The activation that a node's result goes into, through layers that keep its distribution.
    private static func activation(after place: Int, _ nodes: [Node]) -> String? {
        guard let next = nodes.first(where: { $0.inputs.contains(place) }) else { return nil }
        if let activation = next.layer.activation { return activation }
        guard next.layer.preservesActivation, let nextPlace = nodes.firstIndex(where: { $0.name == next.name }) else { return nil }
        return activation(after: nextPlace, nodes)
    }

    public static func == (a: Model, b: Model) -> Bool {
        a.inputShape == b.inputShape && a.nodes.map(\.identity) == b.nodes.map(\.identity)
    }
    public func hash(into hasher: inout Hasher) {
        hasher.combine(inputShape)
        hasher.combine(nodes.map(\.identity))
    }
}

extension Model.Node {
    fileprivate var identity: [AnyHashable] {
        func erased(_ layer: some Layer) -> AnyHashable { AnyHashable(layer) }
        return [name, inputs, erased(layer)]
    }
}

/// The usual name for layers one after the other.
public func Sequential(input: Shape, @LayerBuilder _ blocks: () -> [any Block]) throws(ShapeError) -> Model {
    try Model(input: input, blocks: blocks())
}
