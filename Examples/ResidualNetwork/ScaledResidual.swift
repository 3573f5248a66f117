import Martlet

/// input + scale * body(input), as one entry in a list of layers.
struct ScaledResidual: Block {
    private let body: [any Block]

    init(@LayerBuilder _ body: () -> [any Block]) { self.body = body() }

    func record(on inputs: [Symbol]) -> Symbol {
        let changed = body.reduce(inputs[0]) { value, layer in layer.record(on: [value]) }
        return Add()(LayerScale()(changed), inputs[0])
    }
}
