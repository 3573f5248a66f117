import MartletCore
import MartletGraph
import MartletOps

extension Model {
    /// The graph that draws every variable's first value, on the device.
    public func initialisationGraph() throws(ShapeError) -> Graph {
        var graph = Graph()
        var (parameters, states) = (0, 0)
        for (place, variable) in variables.enumerated() {
            graph.scope = variable.name
            let expression = variable.initialiser.expression(
                stream: Streams.initialisers + UInt32(place), fanIn: variable.fanIn, fanOut: variable.fanOut)
            let value = try graph.apply(Pointwise(expression, shape: variable.type.shape), [])[0]
            if variable.isTrainable {
                _ = graph.parameter(variable.name, variable.type)
                try graph.leave(value, at: .parameter(parameters))
                parameters += 1
            } else {
                _ = graph.state(variable.name, variable.type)
                try graph.leave(value, at: .state(states))
                states += 1
            }
        }
        return graph
    }
}
