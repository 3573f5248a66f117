import MartletCore
import MartletGraph
import MartletOps

/// A step of a model. Its fields are its description, saved with the model.
///
/// A new layer of Martlet's is one file, and one line of `LayerRegistry`. A program's own is used like any other; whoever
/// reads a model that has it from a file names it (`Registry`).
public protocol Layer: Block, Hashable {
    /// The name in model descriptions.
    static var kind: String { get }
    /// With every field as it is where a description says nothing of it.
    static var standard: Self { get }
    /// The properties that are written into a description and read from it, under their names.
    static var fields: [LayerField<Self>] { get }
    /// The name of the activation that this layer applies, if it is one.
    var activation: String? { get }
    /// Whether an initialiser looks through this layer for the activation behind it.
    var preservesActivation: Bool { get }
    /// What its inputs hold.
    var inputType: DType { get }
    /// What becomes of flattened images, which do not lie in the order of files.
    static var elementOrder: ElementOrder { get }

    /// Adds the layer to a graph. The first axis of every input is the batch; images are batch x height x width x channels.
    func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value
}

extension Layer {
    /// The properties that are written into a description and read from it, under their names.
    public static var fields: [LayerField<Self>] { [] }
    public var activation: String? { nil }
    public var preservesActivation: Bool { false }
    public var inputType: DType { .float32 }
    public static var elementOrder: ElementOrder { .ofFiles }
}

/// Whether a graph is built for training or for use.
public enum Mode: Hashable, Sendable {
    /// With the batch's statistics, dropout, and next values of running statistics.
    case training
    /// With running statistics, and nothing dropped.
    case inference
}

/// What a layer builds in: the graph, the mode, and the variables made so far.
public struct LayerContext: Sendable {
    /// What operations are added to.
    public var graph: Graph
    /// Whether the graph is one for training or for use.
    public let mode: Mode
    /// Parameters and running statistics in the order in which layers asked for them.
    public internal(set) var variables: [ModelVariable] = []
    /// Name of the layer that is being applied.
    var layerName = ""
    /// The activation that the layer's output goes into, if any.
    public internal(set) var followingActivation: String?
    private var streams: UInt32 = 0
    /// Flattened images that lie in the order (row, column, channel), with their extents in that order.
    var flattened: [Value: Shape] = [:]

    /// Names of parameters and running statistics that training leaves as they are.
    private let frozen: Set<String>

    /// - Parameter frozen: names of the parameters and running statistics that training leaves as they are.
    public init(_ graph: Graph, mode: Mode, frozen: Set<String> = []) {
        self.graph = graph
        self.mode = mode
        self.frozen = frozen
    }

    /// Whether training leaves a tensor of the current layer as it is.
    public func isFrozen(_ name: String) -> Bool { frozen.contains("\(layerName).\(name)") }

    /// The shape inside, the batch included; of images n x h x w x channels.
    public func shape(_ value: Value) -> Shape { graph.type(of: value).shape }

    /// A trainable tensor.
    public mutating func parameter(
        _ name: String, _ shape: Shape, _ initialiser: Initialiser, fanIn: Int = 1, fanOut: Int = 1, decays: Bool = false,
        fileLayout: ModelVariable.FileLayout = .same
    ) -> Value {
        let variable = ModelVariable(
            name: "\(layerName).\(name)", type: TensorType(shape), isTrainable: true, decays: decays,
            fileLayout: fileLayout, initialiser: initialiser, fanIn: fanIn, fanOut: fanOut)
        variables.append(variable)
        return graph.parameter(variable.name, variable.type)
    }

    /// A running statistic; in training `leaveState` gives its next value.
    public mutating func state(_ name: String, _ shape: Shape, _ value: Float) -> (value: Value, index: Int) {
        let variable = ModelVariable(
            name: "\(layerName).\(name)", type: TensorType(shape), isTrainable: false, decays: false, fileLayout: .same,
            initialiser: .constant(value), fanIn: 1, fanOut: 1)
        variables.append(variable)
        return (graph.state(variable.name, variable.type), graph.states.count - 1)
    }

    /// A stream of random numbers that no other layer draws from.
    public mutating func randomStream() -> UInt32 {
        streams += 1
        return Streams.layers + streams - 1
    }
}

/// Streams of the counter-based generator, kept apart by what they are for.
public enum Streams {
    /// One per random layer.
    public static let layers: UInt32 = 0x0100_0000
    /// One per parameter.
    public static let initialisers: UInt32 = 0x0200_0000
    /// Keys of the epochs' permutations.
    public static let shuffles: UInt32 = 0x0300_0000
    /// One per change that an augmentation makes.
    public static let augmentation: UInt32 = 0x0400_0000
    /// The rows of epochs that are drawn by weight.
    public static let sampling: UInt32 = 0x0500_0000
}
