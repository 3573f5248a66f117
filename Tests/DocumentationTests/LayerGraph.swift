import Martlet
import Testing

@Suite struct LayerGraph {
    @Test func layers() throws {
        let network = try Sequential(input: [3, 32, 32]) {
            Conv2D(16, kernelSize: 3, padding: 1, bias: false); BatchNorm(); ReLU()
            Residual {
                Conv2D(32, kernelSize: 3, stride: 2, padding: 1, bias: false); BatchNorm(); ReLU()
                Conv2D(32, kernelSize: 3, padding: 1, bias: false); BatchNorm()
            } shortcut: {
                Conv2D(32, kernelSize: 1, stride: 2, bias: false); BatchNorm()
            }
            ReLU()
            GlobalAveragePool2D()
            Linear(10)
        }

        let joined = try Model(joining: [64]) { x in
            let hidden = ReLU()(Linear(64)(x))
            let gate = Sigmoid()(Linear(64)(x))
            return Linear(10)(Concatenate()(hidden, gate, x))
        }

        for layer in try network.layerSummaries() {
            print(layer.name, layer.kind, layer.outputShape, layer.trainableParameters, layer.flops)
        }

        let description = joined.descriptionText
        print(try Model(json: description) == joined)

        let named = try NamedModel.parse("resnet20").model.build(.init(input: [3, 32, 32], outputs: 10))
        print(named.parameterCount)

        #expect(network.outputShape == [10] && joined.outputShape == [10] && named.outputShape == [10])
        #expect(try Model(json: description) == joined)
    }

    @Test func launches() throws {
        var graph = Graph()
        let x = graph.external("x", TensorType([8, 28, 28, 1]))
        let w = graph.external("w", TensorType([3, 3, 1, 16]))
        let y = try graph.apply(.relu, graph.conv2D(x, w, padding: .same))
        let loss = try graph.reduce(.mean, graph.apply(.square, y))
        let slope = try graph.gradients(of: loss, for: [w])[0]!
        try graph.leave(loss, at: .output(0))
        try graph.leave(slope, at: .output(1))

        let plan = try Plan(graph, separatesOutputs: true)
        let plain = try Plan(graph, passes: [], separatesOutputs: true)
        for line in plan.lines { print(line.number, line.operation, line.operands, line.flops, line.bytes) }
        print(plan.lines.count, "launches instead of", plain.lines.count)

        #expect(plan.lines.count < plain.lines.count)
    }
}
