/// An operation that is made of others, with a gradient of its own that is shorter than theirs. Expanded after
/// gradients are taken, so no backend sees it.
public protocol CompositeOperation: Operation {
    /// Adds the operations that it is made of, and gives their results in the place of its own.
    func expand(_ operands: [Value], in graph: inout some GraphBuilder) throws(ShapeError) -> [Value]
}
