/// An operation that is made of others, with a gradient of its own that is shorter than theirs. Expanded after
/// gradients are taken, so no backend sees it.
public protocol CompositeOperation: Operation {
    func expand(_ operands: [Value], in graph: inout some GraphBuilder) throws(ShapeError) -> [Value]
}
