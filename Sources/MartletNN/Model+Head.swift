import MartletCore
import MartletOps

extension Model {
    /// The same model with another number of outputs: its last linear layer, or its last convolution where only layers
    /// without parameters follow, gets so many units. Its name stays.
    ///
    /// - Returns: the model, and the name of the layer; nil where the model ends otherwise.
    /// - Precondition: there is at least one output.
    public func replacingHead(outputs: Int) throws(ShapeError) -> (model: Model, head: String)? {
        precondition(outputs > 0, "a head has at least one output")
        var place = nodes.count - 1
        while place >= 0 {
            let node = nodes[place]
            if var linear = node.layer as? Linear {
                linear.units = outputs
                return (try replacing(place, by: linear), node.name)
            }
            if var convolution = node.layer as? Conv2D {
                convolution.channels = outputs
                return (try replacing(place, by: convolution), node.name)
            }
            guard node.inputs.count == 1, !variables.contains(where: { $0.name.hasPrefix("\(node.name).") }) else { return nil }
            place = node.inputs[0]
        }
        return nil
    }

    private func replacing(_ place: Int, by layer: any Layer) throws(ShapeError) -> Model {
        var nodes = nodes
        nodes[place] = Node(name: nodes[place].name, layer: layer, inputs: nodes[place].inputs)
        return try Model(input: inputShape, nodes: nodes)
    }
}
