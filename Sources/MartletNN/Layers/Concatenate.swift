import MartletGraph
import MartletOps

/// Inputs one after the other along their channels: images of one size, or rows.
public struct Concatenate: Layer {
    public static let kind = "concatenate"
    public static let standard = Concatenate()
    public var preservesActivation: Bool { true }

    /// Called with the values to be joined: `Concatenate()(a, b)`.
    public init() {}

    public func apply(_ inputs: [Value], in context: inout LayerContext) throws(ShapeError) -> Value {
        let shapes = inputs.map { context.shape($0) }
        guard let first = shapes.first, first.rank == 2 || context.isImage(inputs[0]),
            Set(shapes.map { $0.extents.dropLast() }).count == 1
        else {
            throw context.refusal("images of one height and width, or rows", inputs)
        }
        return try context.graph.concat(inputs, axis: -1)
    }
}
