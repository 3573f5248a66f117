/// A value of a model under construction; layers and blocks are called on it.
public struct Symbol {
    let place: Int
    let recorder: Recorder

    /// Blocks one after the other.
    func through(_ blocks: [any Block]) -> Symbol { blocks.reduce(self) { $1.record(on: [$0]) } }
}

/// What has been called so far. Names are those of PyTorch's modules: `0`, `1`, and `1.body.0` within a block.
final class Recorder {
    private(set) var nodes: [Model.Node] = []
    private var prefix = ""
    private var count = 0

    /// Gives the next name at this level.
    func named(_ body: (String) -> Symbol) -> Symbol {
        defer { count += 1 }
        return body(prefix + "\(count)")
    }

    /// Counts from 0 again within a part of a block.
    func within(_ part: String, _ body: () -> Symbol) -> Symbol {
        let outer = (prefix, count)
        (prefix, count) = (part + ".", 0)
        defer { (prefix, count) = outer }
        return body()
    }

    func append(_ layer: any Layer, _ name: String, _ inputs: [Symbol]) -> Symbol {
        nodes.append(Model.Node(name: name, layer: layer, inputs: inputs.map(\.place)))
        return Symbol(place: nodes.count - 1, recorder: self)
    }
}
