import MartletCore
import MartletGraph
import MartletOps

/// What a layer is and costs.
public struct LayerSummary: Sendable {
    /// As in the names of its parameters.
    public let name: String
    /// `Layer.kind`
    public let kind: String
    /// The layers that it reads; `input` for the model's input.
    public let inputs: [String]
    /// Of one sample's result; of images channels x height x width.
    public let outputShape: Shape
    /// Elements of all its trainable tensors.
    public let trainableParameters: Int
    /// Running statistics.
    public let otherParameters: Int
    /// Floating-point operations of the forward pass for one sample; a multiply-add is two.
    public let flops: Int
    /// Bytes that the forward pass reads and writes for one sample, layer by layer; parameters, which every sample of a
    /// batch shares, are not counted.
    public let bytes: Int
}

extension Model {
    /// Every layer in order.
    public func layerSummaries() throws(ShapeError) -> [LayerSummary] {
        let (one, two) = (try trace(batch: 1), try trace(batch: 2))
        return nodes.enumerated().map { place, node in
            let own = two[place].variables
            return LayerSummary(
                name: node.name, kind: type(of: node.layer).kind,
                inputs: node.inputs.map { $0 < 0 ? "input" : nodes[$0].name }, outputShape: two[place].shape,
                trainableParameters: own.filter(\.isTrainable).map(\.type.elementCount).reduce(0, +),
                otherParameters: own.filter { !$0.isTrainable }.map(\.type.elementCount).reduce(0, +),
                // What a second sample adds.
                flops: two[place].flops - one[place].flops, bytes: two[place].bytes - one[place].bytes)
        }
    }

    private struct Trace {
        let shape: Shape
        let variables: ArraySlice<ModelVariable>
        let flops: Int
        let bytes: Int
    }

    private func trace(batch: Int) throws(ShapeError) -> [Trace] {
        var traces: [Trace] = []
        var (nodeCount, variableCount) = (0, 0)
        try traced(batch: batch) { context, value in
            let made = context.graph.nodes[nodeCount...].filter { !($0.operation is any ViewOperation) }
            let cost = made.map { node in
                node.operation.cost(
                    node.operands.map { context.graph.type(of: $0) }, node.results.map { context.graph.type(of: $0) })
            }.reduce((0, 0)) { ($0.0 + $1.flops, $0.1 + $1.bytes) }
            traces.append(Trace(
                shape: context.sampleShape(value), variables: context.variables[variableCount...],
                flops: cost.0, bytes: cost.1))
            (nodeCount, variableCount) = (context.graph.nodes.count, context.variables.count)
        }
        return traces
    }
}
