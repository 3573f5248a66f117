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

    /// Shape of one sample.
    public let inputShape: Shape
    public let nodes: [Node]
    /// Shape of one sample's result.
    public let outputShape: Shape
    /// Parameters and running statistics in graph order.
    public let variables: [ModelVariable]

    /// Layers one after the other.
    public init(input: Shape, @LayerBuilder _ layers: () -> [any Layer]) throws(ShapeError) {
        try self.init(input: input, layers: layers())
    }

    public init(input: Shape, layers: [any Layer]) throws(ShapeError) {
        try self.init(input: input, nodes: layers.enumerated().map { Node(name: "\($0)", layer: $1, inputs: [$0 - 1]) })
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
        // Two samples, the least that every layer accepts in either mode.
        let dtype = nodes.first { $0.inputs.contains(-1) }?.layer.inputType ?? .float32
        let pair = TensorType(input.prepending(2), dtype)
        guard let count = pair.shape.checkedElementCount, count > 0 else {
            throw ShapeError("model", expected: "samples of at least 1 and fewer than 2^31 elements", found: [TensorType(input)])
        }
        var context = LayerContext(Graph(), mode: .inference)
        let x = context.graph.external("input", pair)
        let y = try Self.apply(nodes, to: x, in: &context)
        outputShape = context.shape(y).withoutFirst
        variables = context.variables
    }

    public var parameterCount: Int { variables.filter(\.isTrainable).map(\.type.elementCount).reduce(0, +) }

    /// Adds the model to a graph; x is batch x sample.
    public func apply(to x: Value, in context: inout LayerContext) throws(ShapeError) -> Value {
        try Self.apply(nodes, to: x, in: &context)
    }

    private static func apply(_ nodes: [Node], to x: Value, in context: inout LayerContext) throws(ShapeError) -> Value {
        var values: [Value] = []
        for (place, node) in nodes.enumerated() {
            context.layerName = node.name
            context.graph.scope = node.name
            context.followingActivation = activation(after: place, nodes)
            values.append(try node.layer.apply(node.inputs.map { $0 < 0 ? x : values[$0] }, in: &context))
        }
        context.graph.scope = ""
        return values.last ?? x
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

/// Layers one after the other, as a list of statements.
@resultBuilder
public enum LayerBuilder {
    public static func buildExpression(_ layer: any Layer) -> [any Layer] { [layer] }
    public static func buildExpression(_ layers: [any Layer]) -> [any Layer] { layers }
    public static func buildBlock(_ parts: [any Layer]...) -> [any Layer] { parts.flatMap { $0 } }
    public static func buildOptional(_ part: [any Layer]?) -> [any Layer] { part ?? [] }
    public static func buildEither(first part: [any Layer]) -> [any Layer] { part }
    public static func buildEither(second part: [any Layer]) -> [any Layer] { part }
    public static func buildArray(_ parts: [[any Layer]]) -> [any Layer] { parts.flatMap { $0 } }
}

/// The usual name for layers one after the other.
public func Sequential(input: Shape, @LayerBuilder _ layers: () -> [any Layer]) throws(ShapeError) -> Model {
    try Model(input: input, layers: layers())
}

/// A value of a model under construction; layers are called on it.
public struct Symbol {
    let place: Int
    let recorder: Recorder
}

final class Recorder {
    var nodes: [Model.Node] = []
}

extension Layer {
    /// Records the layer on its inputs.
    public func callAsFunction(_ inputs: Symbol...) -> Symbol {
        let recorder = inputs[0].recorder
        recorder.nodes.append(Model.Node(name: "\(recorder.nodes.count)", layer: self, inputs: inputs.map(\.place)))
        return Symbol(place: recorder.nodes.count - 1, recorder: recorder)
    }
}
