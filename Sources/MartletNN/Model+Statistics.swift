import MartletCore
import MartletOps

extension Model {
    /// The same model, in which a training step's statistics take the place of the running ones instead of moving them: of
    /// batchNorm with a momentum of 1.
    package func withFreshStatistics() throws(ShapeError) -> Model {
        try Model(input: inputShape, nodes: nodes.map { node in
            guard var norm = node.layer as? BatchNorm else { return node }
            norm.momentum = 1
            return Node(name: node.name, layer: norm, inputs: node.inputs)
        })
    }
}
